namespace Cluster.Kernels.Winograd;

/// <summary>Transforms patches of images to the form that <see cref="WinogradConvolution"/> multiplies.</summary>
internal readonly unsafe struct WinogradInputs<TFilter>
    where TFilter : struct, IMinimalFilter
{
    private const int Width = RowProduct.Width;

    /// <summary>(N, H, W, C).</summary>
    public required float* X { get; init; }

    public required int Channels { get; init; }

    public required WinogradTiles Tiles { get; init; }

    /// <summary>Floats of scratch space that a transform needs.</summary>
    public int Scratch => (Side * Side * Width) + (Side * OfLine);

    private static int Side => TFilter.Edge + 2;

    private int OfLine => ((Tiles.Across * TFilter.Edge) + 2) * Channels;

    /// <summary>Writes the points of some tiles, each point as (tiles, C), <paramref name="ofPoint"/> floats apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Transform(int begin, int tiles, float* target, nint ofPoint, float* scratch)
    {
        float* lines = scratch + (Side * Side * Width);
        for (int done = 0, count; done < tiles; done += count)
        {
            var row = Tiles.RowFrom(begin + done, tiles - done);
            count = row.Count;
            CopyLines(row, lines);
            float* first = target + ((nint)done * Channels);
            Transform(count, lines, first, ofPoint, scratch);
        }
    }

    // Copies the pixels of all patches of a row, with zeros around the image.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CopyLines(WinogradTiles.Row row, float* lines)
    {
        int before = row.Left == 0 ? 1 : 0;
        int left = row.Left - 1 + before;
        int width = (row.Count * TFilter.Edge) + 2;
        int inside = Math.Min(width - before, Tiles.Width - left);
        for (int y = row.Top - 1; y < row.Top - 1 + Side; y++, lines += OfLine)
        {
            var line = new Span<float>(lines, width * Channels);
            if ((uint)y >= (uint)Tiles.Height)
            {
                line.Clear();
                continue;
            }

            float* source = X + ((((row.Image * Tiles.Height) + y) * Tiles.Width) + left) * Channels;
            line[..(before * Channels)].Clear();
            new ReadOnlySpan<float>(source, inside * Channels).CopyTo(line[(before * Channels)..]);
            line[((before + inside) * Channels)..].Clear();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Transform(int count, float* lines, float* target, nint ofPoint, float* half)
    {
        nint channels = Channels;
        nint ofLine = OfLine;
        for (int tile = 0; tile < count; tile++, lines += TFilter.Edge * channels, target += channels)
        {
            for (nint c = 0; c < channels; c += Vector256<float>.Count)
            {
                TFilter.Inputs(lines + c, channels, ofLine, target + c, ofPoint, half);
            }
        }
    }
}
