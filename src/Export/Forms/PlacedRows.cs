namespace Cluster.Export.Forms;

/// <summary>Weights in another order of channels, with rows and columns between them that were not there.</summary>
internal static class PlacedRows
{
    /// <summary>
    /// The weight where output channel r is the old row <paramref name="rows"/>[r] and input channel c of it the old
    /// <paramref name="column"/>(r, c); what is no old one (-1) is filled.
    /// </summary>
    /// <param name="weight">(O, I, kernel...), or (O) for a bias.</param>
    /// <param name="columns">Input channels of the new weight; ignored for a bias.</param>
    /// <param name="fill">The byte that a new element is made of, by the old row or the first.</param>
    public static TensorData Of(
        TensorData weight, IReadOnlyList<int> rows, int columns, Func<int, int, int> column, Func<int, byte> fill)
    {
        bool isBias = weight.Shape.Length == 1;
        long[] shape = isBias ? [rows.Count] : [rows.Count, columns, .. weight.Shape[2..]];
        var (oldColumns, newColumns) = isBias ? (1, 1) : ((int)weight.Shape[1], columns);
        int inner = (int)(weight.Bytes.Length / weight.Shape[0] / oldColumns);
        byte[] placed = new byte[rows.Count * newColumns * inner];
        for (int row = 0; row < rows.Count; row++)
        {
            int old = rows[row];
            for (int at = 0; at < newColumns; at++)
            {
                var target = placed.AsSpan(((row * newColumns) + at) * inner, inner);
                int from = old < 0 ? -1 : isBias ? 0 : column(row, at);
                if (from >= 0)
                {
                    weight.Bytes.Span.Slice(((old * oldColumns) + from) * inner, inner).CopyTo(target);
                }
                else
                {
                    target.Fill(fill(Math.Max(old, 0)));
                }
            }
        }

        return new TensorData(weight.Type, shape, placed);
    }
}
