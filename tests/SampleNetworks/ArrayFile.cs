using System.Text;
using Cluster.DataSpecs;

namespace Cluster.Tests;

/// <summary>Arrays written byte by byte, independently of the code under test.</summary>
internal static class ArrayFile
{
    /// <summary>Version 1 of the .npy format, its header as it is given.</summary>
    public static byte[] Npy(string header, params ReadOnlySpan<byte> content)
    {
        byte[] text = Encoding.ASCII.GetBytes(header);
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, (byte)(text.Length >> 8), .. text, .. content];
    }

    public static byte[] Npy(string type, string shape, params ReadOnlySpan<byte> content) =>
        Npy($"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}\n", content);

    public static byte[] Npz(CompressionLevel level, params (string Name, byte[] Content)[] entries)
    {
        using MemoryStream bytes = new();
        using (ZipArchive archive = new(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries)
            {
                using var entry = archive.CreateEntry(name, level).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>Four samples: tokens (4,2) int64 0..7, mask (4,2) bool, labels 0 1 2 1.</summary>
    public static byte[] Tokens(CompressionLevel level = CompressionLevel.NoCompression) => Npz(
        level,
        ("ids.npy", Npy("<i8", "(4, 2)", [.. Enumerable.Range(0, 8).SelectMany(i => BitConverter.GetBytes((long)i))])),
        ("mask.npy", Npy("|b1", "(4, 2)", 1, 0, 1, 1, 0, 0, 1, 0)),
        ("labels.npy", Npy("|u1", "(4,)", 0, 1, 2, 1)));

    /// <summary>What <see cref="Tokens"/> are for: ids as they are, the mask as int64.</summary>
    public static ValueInfo[] TokenInputs { get; } =
        [new("ids", ElementType.Int64, [-1, 2]), new("mask", ElementType.Int64, [-1, 2])];

    public static ArraySet Open(WorkFolder folder, string spec, long maximumBytes = DataReadOptions.DefaultMaximumBytes) =>
        DataSource.OpenArrays(DataSpec.Parse(spec), Samples.Options(folder.Root, maximumBytes));

    public static string Error(WorkFolder folder, string spec) => Should.Throw<KernelException>(() => Open(folder, spec)).Message;
}
