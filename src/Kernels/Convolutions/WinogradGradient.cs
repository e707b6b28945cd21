using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cluster.Kernels.Convolutions;

/// <summary>
/// The gradient of a 3x3 convolution's weights from the derivative of <see cref="Winograd"/>'s formula with tiles of 2x2: for each point
/// dU = sum over tiles of (B^T d B)^T (A dY A^T), and dg = G^T dU G. A sum over all tiles in their order, on the calling thread.
/// </summary>
internal readonly unsafe struct WinogradGradient
{
    private const int Width = RowProduct.Width;
    private const int Points = 16;
    private const int TilesOfBlock = 144;

    public required WinogradInputs<FilterOfTwo> Inputs { get; init; }

    /// <summary>(N, H, W, O).</summary>
    public required float* Gradients { get; init; }

    public required int Outputs { get; init; }

    /// <summary>Writes dU.</summary>
    /// <param name="images">N.</param>
    /// <param name="total">(points, C, O).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int images, float* total)
    {
        int channels = Inputs.Channels;
        int ofInputs = (TilesOfBlock * channels) + WinogradTiles.Skew;
        int ofGradients = (TilesOfBlock * Outputs) + WinogradTiles.Skew;
        int ofSums = channels * Outputs;
        using var room = new AlignedFloats((Points * (ofInputs + ofGradients)) + Math.Max(ofSums, Inputs.Scratch));
        float* inputs = room.First;
        float* gradients = inputs + (Points * ofInputs);
        float* scratch = gradients + (Points * ofGradients);
        var sums = new Span<float>(scratch, ofSums);
        new Span<float>(total, Points * ofSums).Clear();
        int all = checked(images * Inputs.Tiles.Count);
        for (int first = 0; first < all; first += TilesOfBlock)
        {
            int tiles = Math.Min(TilesOfBlock, all - first);
            Inputs.Transform(first, tiles, inputs, ofInputs, scratch);
            for (int done = 0, count; done < tiles; done += count)
            {
                var row = Inputs.Tiles.RowFrom(first + done, tiles - done);
                count = row.Count;
                Transform(row, gradients + (done * Outputs), ofGradients);
            }

            var product = new RowProduct { RowStep = 1, DepthStep = channels, Depth = tiles, Outputs = Outputs };
            for (int point = 0; point < Points; point++)
            {
                product.Multiply(inputs + (point * ofInputs), gradients + (point * ofGradients), null, scratch, channels);
                var target = new Span<float>(total + (point * ofSums), ofSums);
                TensorPrimitives.Add(target, sums, target);
            }
        }
    }

    // A g A^T, A = [1 0; 1 1; 1 -1; 0 -1]; what lies outside the image is 0.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Transform(WinogradTiles.Row row, float* target, nint ofPoint)
    {
        nint outputs = Outputs;
        nint ofLine = Inputs.Tiles.Width * outputs;
        bool isBelow = row.Top + 1 < Inputs.Tiles.Height;
        int width = Inputs.Tiles.Width - row.Left;
        float* corner = Gradients + (((((row.Image * Inputs.Tiles.Height) + row.Top) * Inputs.Tiles.Width) + row.Left) * outputs);
        for (int tile = 0; tile < row.Count; tile++, corner += 2 * outputs, width -= 2, target += outputs)
        {
            bool isRight = width > 1;
            for (nint o = 0; o < outputs; o += Width)
            {
                float* g = corner + o;
                var a0 = Vector512.Load(g);
                var b0 = isRight ? Vector512.Load(g + outputs) : default;
                var a1 = isBelow ? Vector512.Load(g + ofLine) : default;
                var b1 = isRight && isBelow ? Vector512.Load(g + ofLine + outputs) : default;
                Across(a0, b0, target + o, ofPoint);
                Across(a0 + a1, b0 + b1, target + o + (4 * ofPoint), ofPoint);
                Across(a0 - a1, b0 - b1, target + o + (8 * ofPoint), ofPoint);
                Across(-a1, -b1, target + o + (12 * ofPoint), ofPoint);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Across(Vector512<float> a, Vector512<float> b, float* target, nint step)
    {
        a.Store(target);
        (a + b).Store(target + step);
        (a - b).Store(target + (2 * step));
        (-b).Store(target + (3 * step));
    }
}
