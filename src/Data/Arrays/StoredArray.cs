namespace Cluster.Data.Arrays;

/// <summary>An array with samples outermost: read from its file row by row if stored uncompressed, else held in memory.</summary>
/// <param name="name">The array's name for messages.</param>
/// <param name="header">Type and shape; the type is a supported one.</param>
/// <param name="file">Stays open as long as the array is used.</param>
/// <param name="offset">Where the elements begin in the file.</param>
/// <param name="reopen">Opens the file for each read, in place of <paramref name="file"/>.</param>
/// <param name="content">The elements, if the file does not store them uncompressed.</param>
internal sealed class StoredArray(
    string name, NpyHeader header, FileStream? file, long offset, byte[]? content, Func<FileStream>? reopen = null)
{
    /// <summary>An array that is stored column by column, in rows.</summary>
    /// <param name="columns">All its elements as they are stored.</param>
    public static StoredArray OfColumns(string name, NpyHeader header, ReadOnlySpan<byte> columns)
    {
        int size = TensorData.ElementSize(header.Type!.Value);
        long[] shape = header.Shape;
        long[] strides = new long[shape.Length];
        long stride = 1;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            strides[axis] = stride;
            stride *= shape[axis];
        }

        byte[] rows = new byte[columns.Length];
        long[] index = new long[shape.Length];
        long from = 0;
        for (int to = 0; to < rows.Length; to += size)
        {
            columns.Slice((int)from * size, size).CopyTo(rows.AsSpan(to));
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                from += strides[axis];
                if (++index[axis] < shape[axis])
                {
                    break;
                }

                from -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }

        return new StoredArray(name, header, null, 0, rows);
    }

    /// <summary>The array's name for messages.</summary>
    public string Name => name;

    public ElementType Type => header.Type!.Value;

    /// <summary>Samples outermost.</summary>
    public IReadOnlyList<long> Shape => header.Shape;

    /// <summary>The same elements in another shape.</summary>
    public StoredArray Shaped(NpyHeader shaped) => new(name, shaped, file, offset, content, reopen);

    /// <summary>Elements of a sample.</summary>
    public long RowElements => header.Shape.Skip(1).Aggregate(1L, (product, size) => product * size);

    /// <summary>All elements as they are stored.</summary>
    /// <exception cref="KernelException">They need more memory than is allowed.</exception>
    public byte[] Bytes(long most)
    {
        if (header.ContentBytes > Math.Min(most, Array.MaxLength))
        {
            throw new KernelException(
                $"{name} is stored column by column and needs {header.ContentBytes} bytes of memory; save numpy.ascontiguousarray of it, "
                + "which is read from the file.");
        }

        byte[] values = new byte[header.ContentBytes];
        Read(0, values, isAsStored: true);
        return values;
    }

    /// <summary>Reads neighbouring rows, little-endian; thread-safe.</summary>
    /// <param name="isAsStored">Leaves the bytes of an element in the file's order.</param>
    /// <exception cref="KernelException">The file was cut short since it was opened.</exception>
    public void Read(long firstRow, Span<byte> rows, bool isAsStored = false)
    {
        long start = firstRow * RowElements * TensorData.ElementSize(Type);
        if (content is not null)
        {
            content.AsSpan((int)start, rows.Length).CopyTo(rows);
        }

        using var again = content is null ? reopen?.Invoke() : null;
        for (int read = content is null ? 0 : rows.Length; read < rows.Length;)
        {
            int count = RandomAccess.Read((again ?? file)!.SafeFileHandle, rows[read..], offset + start + read);
            read += count > 0 ? count : throw new KernelException($"{name} was cut short since it was opened; start again.");
        }

        for (int size = TensorData.ElementSize(Type), at = 0; header.IsBigEndian && !isAsStored && at < rows.Length; at += size)
        {
            rows.Slice(at, size).Reverse();
        }
    }
}
