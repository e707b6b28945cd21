using System.Buffers;
using System.Runtime.Intrinsics;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// Some neighbouring tiles of a convolution (<see cref="Winograd"/>): patches are transformed, multiplied with the weights point by point,
/// and transformed back. Each output is a chain of multiply-adds over the channels in their order, wherever its tile stands.
/// </summary>
internal readonly unsafe struct WinogradBlock<TFilter>
    where TFilter : struct, IMinimalFilter
{
    private const int Width = 16; // channels of a vector
    private const int Rows = 8; // tiles whose sums a product keeps in registers

    // Between two points of a buffer: without it, powers of two put all points of a tile into one set of the cache.
    private const int Skew = 16;
    private const int Alignment = 64;

    /// <summary>(N, H, W, C).</summary>
    public required float* X { get; init; }

    /// <summary>(N, H, W, O).</summary>
    public required float* Y { get; init; }

    /// <summary>(points, C, O).</summary>
    public required float* Weights { get; init; }

    /// <summary>(O).</summary>
    public required float* Bias { get; init; }

    public required int Channels { get; init; }

    public required int Outputs { get; init; }

    public required int ImageHeight { get; init; }

    public required int ImageWidth { get; init; }

    private static int Side => TFilter.Edge + 2;

    private static int Points => Side * Side;

    private int Across => (ImageWidth + TFilter.Edge - 1) / TFilter.Edge;

    private int Down => (ImageHeight + TFilter.Edge - 1) / TFilter.Edge;

    /// <summary>Of an image.</summary>
    public int Tiles => Across * Down;

    /// <summary>
    /// Tiles of a block: few enough for the second-level cache, until the weights are so many that it is their way from memory that
    /// counts.
    /// </summary>
    public int TilesOfBlock => Channels * Outputs <= 256 * 256 ? 48 : TFilter.Edge == 2 ? 144 : 72;

    /// <summary>Computes tiles, which are numbered image by image, row by row.</summary>
    public void Run(int first, int tiles)
    {
        int rows = (tiles + Rows - 1) / Rows * Rows;
        int ofInputs = (rows * Channels) + Skew;
        int ofSums = (rows * Outputs) + Skew;
        int floats = (Points * (ofInputs + ofSums)) + Channels;
        float[] rented = ArrayPool<float>.Shared.Rent(floats + (Alignment / sizeof(float)));
        fixed (float* memory = rented)
        {
            float* inputs = (float*)(((nuint)memory + Alignment - 1) / Alignment * Alignment);
            float* sums = inputs + (Points * ofInputs);
            float* zeros = sums + (Points * ofSums);
            new Span<float>(zeros, Channels).Clear();
            for (int tile = 0; tile < tiles; tile++)
            {
                TransformInputs(first + tile, inputs + (tile * Channels), ofInputs, zeros);
            }

            for (int point = 0; point < Points; point++)
            {
                // What is behind the last tile belongs to none.
                new Span<float>(inputs + (point * ofInputs) + (tiles * Channels), (rows - tiles) * Channels).Clear();
                Multiply(
                    inputs + (point * ofInputs), Weights + ((long)point * Channels * Outputs), sums + (point * ofSums), rows);
            }

            for (int tile = 0; tile < tiles; tile++)
            {
                TransformOutputs(first + tile, sums + (tile * Outputs), ofSums);
            }
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    private (int Image, int Row, int Column) Place(int tile) =>
        (tile / Tiles, TFilter.Edge * (tile / Across % Down), TFilter.Edge * (tile % Across));

    private void TransformInputs(int tile, float* target, int ofPoint, float* zeros)
    {
        var (image, row, column) = Place(tile);
        float** pixels = stackalloc float*[Points];
        float** pixel = pixels;
        for (int y = row - 1; y < row - 1 + Side; y++)
        {
            float* line = X + (((((long)image * ImageHeight) + y) * ImageWidth) * Channels);
            for (int x = column - 1; x < column - 1 + Side; x++)
            {
                *pixel++ = (uint)y < (uint)ImageHeight && (uint)x < (uint)ImageWidth ? line + ((long)x * Channels) : zeros;
            }
        }

        Vector512<float>* patch = stackalloc Vector512<float>[Points];
        Vector512<float>* half = stackalloc Vector512<float>[Points];
        for (int c = 0; c < Channels; c += Width)
        {
            for (int i = 0; i < Points; i++)
            {
                patch[i] = Vector512.Load(pixels[i] + c);
            }

            for (int i = 0; i < Side; i++)
            {
                TFilter.Inputs(patch + i, half + i, Side);
            }

            for (int i = 0; i < Side; i++)
            {
                TFilter.Inputs(half + (i * Side), patch + (i * Side), 1);
            }

            for (int i = 0; i < Points; i++)
            {
                patch[i].Store(target + (i * ofPoint) + c);
            }
        }
    }

    private void TransformOutputs(int tile, float* source, int ofPoint)
    {
        var (image, row, column) = Place(tile);
        int height = Math.Min(TFilter.Edge, ImageHeight - row);
        int width = Math.Min(TFilter.Edge, ImageWidth - column);
        float* corner = Y + ((((((long)image * ImageHeight) + row) * ImageWidth) + column) * Outputs);
        Vector512<float>* sums = stackalloc Vector512<float>[Points];
        Vector512<float>* half = stackalloc Vector512<float>[Points];
        for (int o = 0; o < Outputs; o += Width)
        {
            for (int i = 0; i < Points; i++)
            {
                sums[i] = Vector512.Load(source + (i * ofPoint) + o);
            }

            for (int i = 0; i < Side; i++)
            {
                TFilter.Outputs(sums + i, half + i, Side);
            }

            var bias = Vector512.Load(Bias + o);
            for (int i = 0; i < height; i++)
            {
                TFilter.Outputs(half + (i * Side), sums, 1);
                float* line = corner + ((long)i * ImageWidth * Outputs) + o;
                for (int j = 0; j < width; j++)
                {
                    (sums[j] + bias).Store(line + (j * Outputs));
                }
            }
        }
    }

    // (rows, C)(C, O).
    private void Multiply(float* inputs, float* weights, float* sums, int rows)
    {
        int o = 0;
        for (; o <= Outputs - (2 * Width); o += 2 * Width)
        {
            for (int row = 0; row < rows; row += Rows)
            {
                WinogradProduct.EightByTwo(inputs + (row * Channels), weights + o, sums + (row * Outputs) + o, Channels, Outputs);
            }
        }

        for (int row = 0; o < Outputs && row < rows; row += Rows)
        {
            WinogradProduct.EightByOne(inputs + (row * Channels), weights + o, sums + (row * Outputs) + o, Channels, Outputs);
        }
    }
}
