using static TorchSharp.torch;

namespace Cluster.Learning.Reconstruction.Rounding;

/// <summary>
/// The roundings of one weight, learned as in AdaRound (Nagel et al., ICML 2020): w^ = s * clamp(floor(w / s) + h(V), low, high) with h(V)
/// = clamp(1.2 sigmoid(V) - 0.1, 0, 1). V starts with h(V) = w / s - floor(w / s); in the end the weight is rounded up if V >= 0.
/// </summary>
internal sealed class RoundingVariable : IDisposable
{
    private readonly long[] _shape;
    private readonly WeightGrid _grid;
    private readonly RoundingArrays _arrays;
    private readonly Tensor _weights;
    private int _iterations;

    /// <param name="device">Device of the weights; null for the processor. The variables are always on the processor.</param>
    public RoundingVariable(ReadOnlySpan<float> weights, long[] shape, WeightGrid grid, ComputeDevice? device = null)
    {
        (_shape, _grid) = (shape, grid);
        _arrays = new RoundingArrays(weights.Length);
        grid.Expand(grid.Scales).CopyTo(_arrays.Scales, 0);
        grid.Expand([.. grid.Lows.Select(code => (float)code)]).CopyTo(_arrays.Lows, 0);
        grid.Expand([.. grid.Highs.Select(code => (float)code)]).CopyTo(_arrays.Highs, 0);
        for (int i = 0; i < weights.Length; i++)
        {
            float code = weights[i] / _arrays.Scales[i];
            _arrays.Floors[i] = MathF.Floor(code);
            _arrays.V[i] = Initial(code - _arrays.Floors[i]);
        }

        _arrays.Refresh();
        _weights = (device ?? ComputeDevice.Cpu).Floats(_arrays.Weights.AsSpan(0, weights.Length), shape);
    }

    /// <summary>The softly rounded weights; every iteration updates their memory. No gradient.</summary>
    public Tensor Weights => _weights;

    internal ReadOnlySpan<float> V => _arrays.V.AsSpan(0, _arrays.Count);

    /// <summary>V with h(V) = <paramref name="fraction"/> in [0, 1).</summary>
    public static float Initial(float fraction) => (float)-Math.Log((1.2 / (fraction + 0.1)) - 1);

    /// <summary>h(V).</summary>
    public static double Rectified(double v) => Math.Clamp((1.2 / (1 + Math.Exp(-v))) - 0.1, 0, 1);

    /// <summary>
    /// One iteration of Adam along the sum of <paramref name="gradients"/> (of the weights) and the gradient of lambda * sum(1 - |2h -
    /// 1|^beta).
    /// </summary>
    public void Iterate(IReadOnlyList<Tensor> gradients, double learningRate, double lambda, double beta)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var sum = gradients.Aggregate((one, other) => one.add(other, ScalarNumbers.One));
        TensorFactory.CopyTo(sum, _arrays.Gradient.AsSpan(0, _arrays.Count));
        _arrays.Iterate(++_iterations, learningRate, (float)lambda, (float)beta);
        _weights.copy_(TensorFactory.FromFloats(_arrays.Weights.AsSpan(0, _arrays.Count), _shape));
    }

    /// <summary>The share of h that is within (0.01, 0.99): not decided yet.</summary>
    public double Undecided()
    {
        long undecided = 0;
        foreach (float v in V)
        {
            undecided += Rectified(v) is > 0.01 and < 0.99 ? 1 : 0;
        }

        return (double)undecided / Math.Max(1, V.Length);
    }

    /// <summary>Codes with every rounding decided: up where V >= 0. They are safe, as they are judged and kept.</summary>
    public sbyte[] Harden()
    {
        sbyte[] codes = new sbyte[_arrays.Count];
        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] = (sbyte)Math.Clamp(_arrays.Floors[i] + (V[i] >= 0 ? 1 : 0), _arrays.Lows[i], _arrays.Highs[i]);
        }

        return _grid.Safe(codes);
    }

    public void Dispose() => _weights.Dispose();
}
