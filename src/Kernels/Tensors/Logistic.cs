using System.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// The logistic function as ONNX Runtime computes it on processors, to the last bit: one half and a quotient of polynomials (Eigen's), so
/// that it is as inexact near 0 as near 1, by up to 1e-7, and 0 from -18 on. A network that enlarges what is near 0 has those numbers.
/// </summary>
internal static class Logistic
{
    private const float Farthest = 18;

    // Of x, x³, … and of 1, x², …, from the highest power on.
    private static readonly float[] Odd =
        [4.37031012579801e-11f, 1.15627324459942e-07f, 6.08574864600143e-05f, 8.51377133304701e-03f, 2.48287947061529e-01f];

    private static readonly float[] Even =
    [
        6.10247389755681e-13f, 5.76102136993427e-09f, 6.29106785017040e-06f, 1.70198817374094e-03f, 1.16817656904453e-01f,
        9.93151921023180e-01f,
    ];

    /// <summary>Of each element; libtorch's on another device, and where a gradient is recorded.</summary>
    public static Tensor Of(Tensor x) => x.is_cpu() && x.dtype == ScalarType.Float32 && !x.requires_grad
        ? DenseLoops.Map(x, static (source, target, _) => Fill(source, target))
        : x.sigmoid();

    private static void Fill(ReadOnlySpan<float> source, Span<float> target)
    {
        Span<float> last = stackalloc float[Vector<float>.Count];
        for (; source.Length >= last.Length; source = source[last.Length..], target = target[last.Length..])
        {
            Of(new Vector<float>(source)).CopyTo(target);
        }

        source.CopyTo(last);
        Of(new Vector<float>(last)).CopyTo(last);
        last[..source.Length].CopyTo(target);
    }

    private static Vector<float> Of(Vector<float> x)
    {
        x = Vector.Min(Vector.Max(x, new Vector<float>(-Farthest)), new Vector<float>(Farthest));
        var square = x * x;
        var sum = (x * Polynomial(square, Odd) / Polynomial(square, Even)) + new Vector<float>(0.5f);
        return Vector.Min(Vector.Max(sum, Vector<float>.Zero), Vector<float>.One);
    }

    private static Vector<float> Polynomial(Vector<float> x, float[] coefficients)
    {
        var value = new Vector<float>(coefficients[0]);
        foreach (float next in coefficients.AsSpan(1))
        {
            value = Vector.FusedMultiplyAdd(value, x, new Vector<float>(next));
        }

        return value;
    }
}
