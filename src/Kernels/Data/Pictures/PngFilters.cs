namespace Cluster.Kernels.Data.Pictures;

/// <summary>Undoes the differences by which PNG stores rows.</summary>
internal static class PngFilters
{
    /// <summary>In place.</summary>
    /// <param name="rows">Each row's filter, then its bytes.</param>
    /// <param name="reach">Bytes of a pixel: the left neighbour is so far back.</param>
    public static void Undo(Span<byte> rows, int rowBytes, int reach)
    {
        ReadOnlySpan<byte> above = new byte[rowBytes];
        for (int at = 0; at < rows.Length; at += rowBytes + 1)
        {
            var row = rows.Slice(at + 1, rowBytes);
            Undo(rows[at], row, above, reach);
            above = row;
        }
    }

    private static void Undo(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int reach)
    {
        for (int i = 0; i < row.Length; i++)
        {
            int left = i >= reach ? row[i - reach] : 0;
            int corner = i >= reach ? above[i - reach] : 0;
            row[i] += (byte)(filter switch
            {
                1 => left,
                2 => above[i],
                3 => (left + above[i]) / 2,
                4 => Paeth(left, above[i], corner),
                _ => 0, // 0; the standard has no others
            });
        }
    }

    // Of the three neighbours the one nearest to left + above - corner.
    private static int Paeth(int left, int above, int corner)
    {
        int estimate = left + above - corner;
        int toLeft = Math.Abs(estimate - left);
        int toAbove = Math.Abs(estimate - above);
        int toCorner = Math.Abs(estimate - corner);
        return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
    }
}
