namespace Cluster.Kernels.Winograd;

/// <summary>
/// Some neighbouring tiles of a convolution (<see cref="WinogradConvolution"/>): patches are transformed, multiplied with the weights point
/// by point, and transformed back. Each output is a chain of multiply-adds over the channels in their order, independent of where its tile
/// is.
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

/// <summary>A buffer for float32 numbers from the array pool, aligned to a cache line; its contents are undefined.</summary>
internal unsafe ref struct AlignedFloats
{
    private const int Alignment = 64; // bytes of a line and of a vector of 512 bits

    private readonly float[] _rented;
    private GCHandle _pin;

    public AlignedFloats(int length)
    {
        _rented = ArrayPool<float>.Shared.Rent(length + (Alignment / sizeof(float)));
        _pin = GCHandle.Alloc(_rented, GCHandleType.Pinned);
        First = (float*)(((nuint)_pin.AddrOfPinnedObject() + Alignment - 1) / Alignment * Alignment);
    }

    public float* First { get; }

    public void Dispose()
    {
        _pin.Free();
        ArrayPool<float>.Shared.Return(_rented);
    }
}

/// <summary>The tiles of images that Winograd's filtering computes together, numbered image by image, row by row.</summary>
/// <param name="Edge">Outputs of a tile along an axis.</param>
internal readonly record struct WinogradTiles(int Edge, int Height, int Width)
{
    /// <summary>
    /// Padding floats between two points of a buffer: without it, power-of-two sizes put all points of a tile into one cache set.
    /// </summary>
    public const int Skew = 16;

    /// <summary>Tiles in a row.</summary>
    public int Across => (Width + Edge - 1) / Edge;

    /// <summary>Tiles in a column.</summary>
    public int Down => (Height + Edge - 1) / Edge;

    /// <summary>Tiles of an image.</summary>
    public int Count => Across * Down;

    /// <summary>Neighbouring tiles of one row starting at <paramref name="tile"/>, at most <paramref name="atMost"/>.</summary>
    public Row RowFrom(int tile, int atMost)
    {
        int row = tile / Across;
        int column = tile - (row * Across);
        int image = row / Down;
        return new Row(image, (row - (image * Down)) * Edge, column * Edge, Math.Min(atMost, Across - column));
    }

    /// <summary>Neighbouring tiles of one row; top and left are those of the first tile's first output.</summary>
    public readonly record struct Row(long Image, int Top, int Left, int Count);
}
