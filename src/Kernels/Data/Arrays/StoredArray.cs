using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Data.Arrays;

/// <summary>An array with samples outermost: read from its file row by row if stored uncompressed, else held in memory.</summary>
/// <param name="name">The array's name for messages.</param>
/// <param name="header">Type and shape; the type is a supported one.</param>
/// <param name="file">Stays open as long as the array is used.</param>
/// <param name="offset">Where the elements begin in the file.</param>
/// <param name="content">The elements, if the file does not store them uncompressed.</param>
internal sealed class StoredArray(string name, NpyHeader header, FileStream? file, long offset, byte[]? content)
{
    public ElementType Type => header.Type!.Value;

    /// <summary>Samples outermost.</summary>
    public IReadOnlyList<long> Shape => header.Shape;

    /// <summary>Elements of a sample.</summary>
    public long RowElements => header.Shape.Skip(1).Aggregate(1L, (product, size) => product * size);

    /// <summary>Reads neighbouring rows, little-endian; thread-safe.</summary>
    /// <exception cref="KernelException">The file was cut short since it was opened.</exception>
    public void Read(long firstRow, Span<byte> rows)
    {
        long start = firstRow * RowElements * TensorData.ElementSize(Type);
        if (content is not null)
        {
            content.AsSpan((int)start, rows.Length).CopyTo(rows);
        }

        for (int read = content is null ? 0 : rows.Length; read < rows.Length;)
        {
            int count = RandomAccess.Read(file!.SafeFileHandle, rows[read..], offset + start + read);
            read += count > 0 ? count : throw new KernelException($"{name} was cut short since it was opened; start again.");
        }

        for (int size = TensorData.ElementSize(Type), at = 0; header.IsBigEndian && at < rows.Length; at += size)
        {
            rows.Slice(at, size).Reverse();
        }
    }
}
