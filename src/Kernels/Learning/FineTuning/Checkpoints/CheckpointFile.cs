using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Cluster.Kernels.Learning.FineTuning.Checkpoints;

/// <summary>
/// The file of a checkpoint: 8 bytes of magic, version (int32), identity and state (length-prefixed UTF-8), the number of tensors, each
/// with its name, its number of elements and them as float32, all little-endian, and the SHA-256 of all before it. It is written to a
/// temporary file and renamed: a killed process leaves the old one or the new one.
/// </summary>
internal static class CheckpointFile
{
    private const int Version = 1;

    private static ReadOnlySpan<byte> Magic => "CLSTTRNC"u8;

    /// <summary>The checkpoint at a path, or null if there is none.</summary>
    /// <exception cref="KernelException">The file is damaged or of another version.</exception>
    public static Checkpoint? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        byte[] bytes = File.ReadAllBytes(path);
        int end = bytes.Length - SHA256.HashSizeInBytes;
        if (end < Magic.Length + sizeof(int) || !bytes.AsSpan(0, Magic.Length).SequenceEqual(Magic))
        {
            throw new DamagedFileException($"{path} is not a training checkpoint; remove it to train from the beginning.");
        }

        if (!SHA256.HashData(bytes.AsSpan(0, end)).AsSpan().SequenceEqual(bytes.AsSpan(end)))
        {
            throw new DamagedFileException(
                $"The checkpoint {path} is damaged: its checksum does not match its content; remove it to train from the beginning.");
        }

        using var reader = new BinaryReader(new MemoryStream(bytes, Magic.Length, end - Magic.Length), Encoding.UTF8);
        int version = reader.ReadInt32();
        return version == Version
            ? Decode(reader)
            : throw new DamagedFileException(
                $"The checkpoint {path} has version {version} and this program reads version {Version}; remove it to "
                + "train from the beginning.");
    }

    public static byte[] Encode(Checkpoint checkpoint)
    {
        using var memory = new MemoryStream();
        using (var writer = new BinaryWriter(memory, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Magic);
            writer.Write(Version);
            writer.Write(checkpoint.Identity);
            writer.Write(checkpoint.State);
            writer.Write(checkpoint.Tensors.Count);
            foreach (var (name, values) in checkpoint.Tensors.OrderBy(tensor => tensor.Key, StringComparer.Ordinal))
            {
                writer.Write(name);
                writer.Write(values.Length);
                writer.Write(MemoryMarshal.AsBytes(values.AsSpan()));
            }
        }

        memory.Write(SHA256.HashData(memory.GetBuffer().AsSpan(0, (int)memory.Length)));
        return memory.ToArray();
    }

    private static Checkpoint Decode(BinaryReader reader)
    {
        string identity = reader.ReadString();
        string state = reader.ReadString();
        var tensors = new Dictionary<string, float[]>(StringComparer.Ordinal);
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            string name = reader.ReadString();
            float[] values = new float[reader.ReadInt32()];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            tensors.Add(name, values);
        }

        return new Checkpoint(identity, state, tensors);
    }
}
