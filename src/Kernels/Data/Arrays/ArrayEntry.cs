using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Data.Arrays;

/// <summary>An array of a file whose header was read; <see cref="Load"/> makes its elements accessible.</summary>
/// <param name="Name">Of the array; empty for the only one of a .npy file.</param>
/// <param name="Shown">Its name in messages.</param>
/// <param name="Open">Makes the given number of rows accessible, from the first.</param>
internal sealed record ArrayEntry(string Name, string Shown, NpyHeader Header, Func<long, StoredArray> Open)
{
    private const long LongestRow = 1L << 30;

    /// <summary>Samples in the array; 0 without a first dimension.</summary>
    public long Rows => Header.Shape.Length == 0 ? 0 : Header.Shape[0];

    /// <exception cref="KernelException">It is of a type that is not read, empty, too large, or damaged.</exception>
    /// <param name="rows">How many of its rows to read, from the first.</param>
    public StoredArray Load(long rows) => this switch
    {
        { Header.Type: null } => throw new KernelException(
            $"{Shown} is {Header.TypeName}; {NpyHeader.Types} are read: convert it with astype."),
        _ when Rows == 0 || Header.Shape.Contains(0) => throw new KernelException(
            $"{Shown} has the shape {ArrayShapes.Text(Header.Shape)}, which holds nothing; expected samples in its first dimension."),
        _ when Header.ContentBytes / Rows > LongestRow => throw new KernelException(
            $"{Shown} has {Header.ContentBytes / Rows} bytes for each sample; at most {LongestRow} are read."),
        _ => Open(Math.Min(rows, Rows)),
    };

    /// <summary>The array as labels: one integer for each sample.</summary>
    /// <param name="count">How many to read, from the first; no more than there are.</param>
    /// <exception cref="KernelException">It is not such an array.</exception>
    public int[] LoadLabels(int count)
    {
        if (Header is not { Shape: [_] } || Header.Type is null or ElementType.Float16 or ElementType.Float or ElementType.Double)
        {
            throw new KernelException(
                $"{Shown} is {Header.TypeName} {ArrayShapes.Text(Header.Shape)}; "
                + "labels are one integer for each sample, [N].");
        }

        var stored = Load(count);
        int[] labels = new int[count];
        for (int start = 0; start < labels.Length; start += ElementConversion.Chunk)
        {
            int inChunk = Math.Min(ElementConversion.Chunk, labels.Length - start);
            byte[] raw = new byte[inChunk * TensorData.ElementSize(stored.Type)];
            stored.Read(start, raw);
            for (int i = 0; i < inChunk; i++)
            {
                var label = ElementConversion.Integer(raw, stored.Type, i);
                labels[start + i] = label >= 0 && label <= int.MaxValue
                    ? (int)label
                    : throw new KernelException($"{Shown} has the label {label} at {start + i}; labels are 0 or more.");
            }
        }

        return labels;
    }
}
