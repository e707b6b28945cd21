using Cluster.Kernels.Learning.Optimizers;
using Cluster.Kernels.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Learning.Reconstruction.Rounding;

/// <summary>
/// The roundings of one weight as AdaRound learns them (Nagel et al., ICML 2020): w^ = s * clamp(floor(w / s) + h(V),
/// low, high) with h(V) = clamp(1.2 sigmoid(V) - 0.1, 0, 1), V such that h(V) = w / s - floor(w / s) at first, and up
/// where V >= 0 at last.
/// </summary>
internal sealed unsafe class RoundingVariable : IDisposable
{
    private readonly WeightGrid _grid;
    private readonly long[] _shape;
    private readonly Tensor _floors;
    private readonly Tensor _scales;
    private readonly Tensor _lows;
    private readonly Tensor _highs;
    private readonly Tensor _v;
    private readonly AdamMoments _moments;
    private readonly Tensor _weights;

    /// <param name="device">Where the variables and the weights are; null for the processor.</param>
    public RoundingVariable(ReadOnlySpan<float> weights, long[] shape, WeightGrid grid, ComputeDevice? device = null)
    {
        _grid = grid;
        _shape = shape;
        var place = device ?? ComputeDevice.Cpu;
        float[] scales = grid.Expand(grid.Scales);
        float[] floors = new float[weights.Length];
        float[] v = new float[weights.Length];
        for (int i = 0; i < v.Length; i++)
        {
            float code = weights[i] / scales[i];
            floors[i] = MathF.Floor(code);
            v[i] = Initial(code - floors[i]);
        }

        _floors = place.Floats(floors, shape);
        _scales = place.Floats(scales, shape);
        _lows = place.Floats(grid.Expand([.. grid.Lows.Select(code => (float)code)]), shape);
        _highs = place.Floats(grid.Expand([.. grid.Highs.Select(code => (float)code)]), shape);
        _v = place.Floats(v, shape);
        _moments = new AdamMoments(_v, ScalarType.Float32);
        _weights = zeros_like(_v);
        Refresh();
    }

    /// <summary>The softly rounded weights; their memory follows every iteration. No gradient.</summary>
    public Tensor Weights => _weights;

    internal Tensor V => _v;

    /// <summary>V with h(V) = <paramref name="fraction"/> in [0, 1).</summary>
    public static float Initial(float fraction) => (float)-Math.Log((1.2 / (fraction + 0.1)) - 1);

    /// <summary>h(V).</summary>
    public static double Rectified(double v) => Math.Clamp((1.2 / (1 + Math.Exp(-v))) - 0.1, 0, 1);

    /// <summary>
    /// One iteration of Adam along the sum of <paramref name="gradients"/> (of the weights) and the gradient of lambda
    /// * sum(1 - |2h - 1|^beta).
    /// </summary>
    public void Iterate(IReadOnlyList<Tensor> gradients, double learningRate, double lambda, double beta)
    {
        var corrections = _moments.Next();
        nint* handles = stackalloc nint[gradients.Count];
        for (int i = 0; i < gradients.Count; i++)
        {
            handles[i] = gradients[i].Handle;
        }

        NativeKernels.Check(NativeMethods.ck_rounding_iteration(
            _floors.Handle, _scales.Handle, _lows.Handle, _highs.Handle, _v.Handle, _moments.First.Handle,
            _moments.Second.Handle, _weights.Handle,
            handles, gradients.Count, learningRate, corrections.First, corrections.Second, lambda, beta));
        GC.KeepAlive(gradients);
    }

    /// <summary>Sum of 1 - |2h - 1|^beta, and the share of h that is within (0.01, 0.99): not decided yet.</summary>
    public (double RoundLoss, double Undecided) Progress(double beta)
    {
        double loss = 0;
        long undecided = 0;
        float[] values = TensorFactory.ToFloats(_v);
        foreach (float v in values)
        {
            double h = Rectified(v);
            loss += 1 - Math.Pow(Math.Abs((2 * h) - 1), beta);
            undecided += h is > 0.01 and < 0.99 ? 1 : 0;
        }

        return (loss, (double)undecided / Math.Max(1, values.Length));
    }

    /// <summary>Codes with every rounding decided: up where V >= 0.</summary>
    public sbyte[] Harden()
    {
        float[] floors = TensorFactory.ToFloats(_floors);
        float[] values = TensorFactory.ToFloats(_v);
        float[] lows = TensorFactory.ToFloats(_lows);
        float[] highs = TensorFactory.ToFloats(_highs);
        sbyte[] codes = new sbyte[values.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] = (sbyte)Math.Clamp(floors[i] + (values[i] >= 0 ? 1 : 0), lows[i], highs[i]);
        }

        return codes;
    }

    public void Dispose()
    {
        _floors.Dispose();
        _scales.Dispose();
        _lows.Dispose();
        _highs.Dispose();
        _v.Dispose();
        _moments.Dispose();
        _weights.Dispose();
    }

    internal void Refresh() =>
        NativeKernels.Check(
            NativeMethods.ck_soft_round(_floors.Handle, _scales.Handle, _lows.Handle, _highs.Handle, _v.Handle, _weights.Handle));
}
