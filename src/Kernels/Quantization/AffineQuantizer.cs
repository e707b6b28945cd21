using System.Numerics;
using System.Numerics.Tensors;

namespace Cluster.Kernels.Quantization;

/// <summary>
/// QuantizeLinear and DequantizeLinear to the bit: float32 division (never a multiplication by the reciprocal), round
/// half to even, zero point added after the rounding, saturation. Infinities saturate; a NaN becomes the real number 0,
/// and is refused where data enters (the observers).
/// </summary>
internal static class AffineQuantizer
{
    /// <summary>The code of one number.</summary>
    public static int Quantize(float value, in QuantizationParameters parameters) =>
        (int)Math.Clamp(MathF.Round(value / parameters.Scale), Floor(parameters), Ceiling(parameters)) + parameters.ZeroPoint;

    /// <summary>The number of one code: (code - zero point) * scale.</summary>
    public static float Dequantize(int code, in QuantizationParameters parameters) => (code - parameters.ZeroPoint) * parameters.Scale;

    /// <summary>
    /// Codes of <paramref name="values"/>; <typeparamref name="T"/> must hold every code (byte, sbyte, short, ushort,
    /// int).
    /// </summary>
    /// <exception cref="KernelException">The lengths differ, or T is too narrow for the codes.</exception>
    public static void Quantize<T>(ReadOnlySpan<float> values, in QuantizationParameters parameters, Span<T> codes)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        RequireSameLength(values.Length, codes.Length);
        if (parameters.Minimum < long.CreateSaturating(T.MinValue) || parameters.Maximum > long.CreateSaturating(T.MaxValue))
        {
            throw new KernelException(
                $"Codes from {parameters.Minimum} to {parameters.Maximum} do not fit {typeof(T).Name}; give a wider type.");
        }

        for (int i = 0; i < values.Length; i++)
        {
            codes[i] = T.CreateTruncating(Quantize(values[i], parameters));
        }
    }

    /// <summary>The numbers of <paramref name="codes"/>.</summary>
    public static void Dequantize<T>(ReadOnlySpan<T> codes, in QuantizationParameters parameters, Span<float> values)
        where T : unmanaged, IBinaryInteger<T>
    {
        RequireSameLength(codes.Length, values.Length);
        for (int i = 0; i < codes.Length; i++)
        {
            values[i] = Dequantize(int.CreateTruncating(codes[i]), parameters);
        }
    }

    /// <summary>Dequantize(Quantize(x)), bitwise, without the codes. In place if both spans are the same.</summary>
    public static void FakeQuantize(ReadOnlySpan<float> values, in QuantizationParameters parameters, Span<float> results)
    {
        RequireSameLength(values.Length, results.Length);
        TensorPrimitives.Divide(values, parameters.Scale, results);
        TensorPrimitives.Round(results, results);
        TensorPrimitives.Clamp(results, Floor(parameters), Ceiling(parameters), results);
        for (int i = 0; i < results.Length; i++)
        {
            // Through the integer, as the codes go: it turns -0 into 0 and NaN into 0.
            results[i] = (int)results[i] * parameters.Scale;
        }
    }

    private static float Floor(in QuantizationParameters parameters) => parameters.Minimum - parameters.ZeroPoint;

    private static float Ceiling(in QuantizationParameters parameters) => parameters.Maximum - parameters.ZeroPoint;

    private static void RequireSameLength(int source, int destination)
    {
        if (source != destination)
        {
            throw new KernelException($"{source} elements were given with room for {destination}; both must be the same.");
        }
    }
}
