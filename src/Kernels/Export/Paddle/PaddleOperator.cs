namespace Cluster.Kernels.Export.Paddle;

/// <summary>
/// One operator of PaddleSlim's exchange format: q = clip(round(x / α · M), −M − 1, M) with M = 2^(bits − 1) − 1, and
/// x^ = q · α / M (PaddleSlim, "quantized model format"; ../shared/methods.md 1.7).
/// </summary>
/// <param name="Op"><see cref="Quantize"/> or <see cref="Dequantize"/>.</param>
/// <param name="Tensor">The rounded tensor, or the constant of a weight, by its name in the network.</param>
/// <param name="Scale">The threshold α, not the step: one, or one per channel.</param>
/// <param name="QuantAxis">The channels' axis; −1 for one α.</param>
internal sealed record PaddleOperator(string Op, string Tensor, IReadOnlyList<float> Scale, int QuantAxis)
{
    /// <summary>Converts numbers to codes.</summary>
    public const string Quantize = "quantize_linear";

    /// <summary>Converts codes to numbers.</summary>
    public const string Dequantize = "dequantize_linear";

    /// <summary>Bits of a code.</summary>
    public const int Bits = 8;

    /// <summary>The axis of operators with one α.</summary>
    public const int NoAxis = -1;

    /// <summary>Halves go to the even code, as in ONNX; 1 would mean away from zero.</summary>
    public const int HalvesToEven = 0;

    /// <summary>The largest code, M.</summary>
    public const int LargestCode = sbyte.MaxValue;

    /// <summary>The α of a step: the float32 near step · M for which α / M is exactly that step, if there is one.</summary>
    public static float Threshold(float step)
    {
        float near = step * LargestCode;
        float[] candidates = [near, MathF.BitIncrement(near), MathF.BitDecrement(near)];
        return Array.Find(candidates, alpha => alpha / LargestCode == step) is > 0 and var exact ? exact : near;
    }
}
