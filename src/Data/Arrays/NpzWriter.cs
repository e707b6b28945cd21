namespace Cluster.Data.Arrays;

/// <summary>Writes arrays as numpy.save and numpy.savez do; equal arrays give equal bytes.</summary>
public static class NpzWriter
{
    private const int Alignment = 64;
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes an archive of named arrays, uncompressed so that they can be read in place.</summary>
    public static void Write(string path, params IReadOnlyList<(string Name, TensorData Array)> arrays)
    {
        using var archive = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        foreach (var (name, array) in arrays)
        {
            var entry = archive.CreateEntry($"{name}.npy", CompressionLevel.NoCompression);
            entry.LastWriteTime = Epoch;
            using var content = entry.Open();
            Write(content, array);
        }
    }

    /// <summary>Writes one array in .npy form, version 1.</summary>
    public static void Write(Stream stream, TensorData array)
    {
        string sizes = array.Shape.Length == 1 ? $"{array.Shape[0]}," : string.Join(", ", array.Shape);
        string text = $"{{'descr': '{NpyHeader.Described(array.Type)}', 'fortran_order': False, 'shape': ({sizes}), }}";
        const int Start = 10;
        int length = ((Start + text.Length + Alignment) / Alignment * Alignment) - Start;
        byte[] header = new byte[Start + length];
        ((ReadOnlySpan<byte>)[0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0]).CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), checked((ushort)length));
        Encoding.ASCII.GetBytes($"{text.PadRight(length - 1)}\n", header.AsSpan(Start));
        stream.Write(header);
        stream.Write(array.Bytes.Span);
    }
}
