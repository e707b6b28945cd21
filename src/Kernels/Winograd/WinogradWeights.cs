namespace Cluster.Kernels.Winograd;

/// <summary>
/// Weights of a 3x3 convolution in the form that <see cref="WinogradConvolution"/> multiplies: U = G g Gᵀ, (points, C, O), computed in
/// double and rounded once. Managed memory: nothing to dispose of.
/// </summary>
internal sealed unsafe class WinogradWeights
{
    private const int Alignment = 64; // bytes of a cache line and of an AVX-512 vector
    private readonly float[] _buffer; // pinned: its address holds as long as it lives

    /// <param name="weights">(O, C, 3, 3).</param>
    /// <param name="bias">(O), or empty.</param>
    public WinogradWeights(ReadOnlySpan<float> weights, WinogradTile tile, int outputs, int inputs, ReadOnlySpan<float> bias)
    {
        Tile = tile;
        Outputs = outputs;
        Inputs = inputs;
        Bias = new float[outputs];
        bias.CopyTo(Bias);
        int floats = checked((int)(WinogradConvolution.Points(tile) * outputs * inputs) + (Alignment / sizeof(float)));
        _buffer = GC.AllocateUninitializedArray<float>(floats, pinned: true);
        if (tile == WinogradTile.Four)
        {
            Transform<FilterOfFour>(weights);
        }
        else
        {
            Transform<FilterOfTwo>(weights);
        }
    }

    /// <summary>The tile that the weights are transformed for.</summary>
    public WinogradTile Tile { get; }

    /// <summary>O.</summary>
    public int Outputs { get; }

    /// <summary>C.</summary>
    public int Inputs { get; }

    /// <summary>(O); zeros if there is no bias.</summary>
    public float[] Bias { get; }

    /// <summary>(points, C, O), aligned.</summary>
    public float* Transformed
    {
        get
        {
            nuint address = (nuint)Unsafe.AsPointer(ref _buffer[0]);
            return (float*)((address + Alignment - 1) / Alignment * Alignment);
        }
    }

    private void Transform<TFilter>(ReadOnlySpan<float> weights)
        where TFilter : struct, IMinimalFilter
    {
        int side = TFilter.Edge + 2;
        for (int output = 0; output < Outputs; output++)
        {
            for (int input = 0; input < Inputs; input++)
            {
                var g = weights.Slice(((output * Inputs) + input) * 9, 9);
                double[] top = TFilter.Weights(g[0], g[1], g[2]);
                double[] middle = TFilter.Weights(g[3], g[4], g[5]);
                double[] bottom = TFilter.Weights(g[6], g[7], g[8]);
                for (int column = 0; column < side; column++)
                {
                    double[] points = TFilter.Weights(top[column], middle[column], bottom[column]);
                    for (int row = 0; row < side; row++)
                    {
                        Transformed[(((long)((row * side) + column) * Inputs) + input) * Outputs + output] = (float)points[row];
                    }
                }
            }
        }
    }
}
