namespace Cluster.Kernels.Convolutions;

/// <summary>
/// Some neighbouring tiles of a convolution (<see cref="Winograd"/>): patches are transformed, multiplied with the weights point by point,
/// and transformed back. Each output is a chain of multiply-adds over the channels in their order, independent of where its tile is.
/// </summary>
internal readonly unsafe struct WinogradBlock<TFilter>
    where TFilter : struct, IMinimalFilter
{
    public required WinogradInputs<TFilter> Inputs { get; init; }

    /// <summary>(N, H, W, O).</summary>
    public required float* Y { get; init; }

    /// <summary>(points, C, O).</summary>
    public required float* Weights { get; init; }

    /// <summary>(O).</summary>
    public required float* Bias { get; init; }

    public required int Outputs { get; init; }

    /// <summary>
    /// Tiles of a block: few enough for the L2 cache, until the weights are so large that loading them from memory dominates.
    /// </summary>
    public int TilesOfBlock => Inputs.Channels * Outputs <= 256 * 256 ? 48 : TFilter.Edge == 2 ? 144 : 72;

    private static int Side => TFilter.Edge + 2;

    private static int Points => Side * Side;

    /// <summary>Computes tiles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int first, int tiles)
    {
        int channels = Inputs.Channels;
        int rows = (tiles + RowProduct.Rows - 1) / RowProduct.Rows * RowProduct.Rows;
        int ofInputs = (rows * channels) + WinogradTiles.Skew;
        int ofSums = (rows * Outputs) + WinogradTiles.Skew;
        using var room = new AlignedFloats((Points * (ofInputs + ofSums)) + Inputs.Scratch);
        float* inputs = room.First;
        float* sums = inputs + (Points * ofInputs);
        float* scratch = sums + (Points * ofSums);
        Inputs.Transform(first, tiles, inputs, ofInputs, scratch);

        // Rows after the last tile belong to no tile.
        for (int point = 0; point < Points; point++)
        {
            float* weights = Weights + ((long)point * channels * Outputs);
            RowProduct.Multiply(inputs + (point * ofInputs), weights, sums + (point * ofSums), rows, channels, Outputs);
        }

        for (int done = 0, count; done < tiles; done += count)
        {
            var row = Inputs.Tiles.RowFrom(first + done, tiles - done);
            count = row.Count;
            float* source = sums + (done * Outputs);
            TransformOutputs(row, source, ofSums, scratch);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void TransformOutputs(WinogradTiles.Row row, float* source, nint ofPoint, float* half)
    {
        int height = Math.Min(TFilter.Edge, Inputs.Tiles.Height - row.Top);
        int width = Inputs.Tiles.Width - row.Left;
        nint outputs = Outputs;
        nint ofLine = Inputs.Tiles.Width * outputs;
        float* corner = Y + (((((row.Image * Inputs.Tiles.Height) + row.Top) * Inputs.Tiles.Width) + row.Left) * outputs);
        for (int tile = 0; tile < row.Count; tile++, source += outputs, corner += TFilter.Edge * outputs, width -= TFilter.Edge)
        {
            for (nint o = 0; o < outputs; o += Vector256<float>.Count)
            {
                TFilter.Outputs(source + o, ofPoint, Vector256.Load(Bias + o), corner + o, outputs, ofLine, width, height, half);
            }
        }
    }
}
