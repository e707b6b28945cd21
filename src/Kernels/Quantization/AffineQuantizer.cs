using System.Numerics;
using System.Numerics.Tensors;

namespace Cluster.Kernels.Quantization;

/// <summary>
/// Bit-exact QuantizeLinear and DequantizeLinear: float32 division (never a multiplication by the reciprocal), round half to even, zero
/// point added after the rounding, saturation. Infinities saturate. A NaN gets the lowest code, as in ONNX Runtime; observers refuse it
/// where data enters.
/// </summary>
internal static class AffineQuantizer
{
    /// <summary>The code of one number.</summary>
    public static int Quantize(float value, in QuantizationParameters parameters) =>
        (int)Rounded(value, parameters.Scale, Floor(parameters), Ceiling(parameters)) + parameters.ZeroPoint;

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
        int done = typeof(T) == typeof(byte) ? DequantizeVectors(MemoryMarshal.AsBytes(codes), parameters, values) : 0;
        for (int i = done; i < codes.Length; i++)
        {
            values[i] = Dequantize(int.CreateTruncating(codes[i]), parameters);
        }
    }

    /// <summary>Dequantize(Quantize(x)), bitwise, without the codes. In place if both spans are the same.</summary>
    public static void FakeQuantize(ReadOnlySpan<float> values, in QuantizationParameters parameters, Span<float> results)
    {
        RequireSameLength(values.Length, results.Length);
        var (scale, low, high) = (parameters.Scale, Floor(parameters), Ceiling(parameters));
        var (lows, highs) = (new Vector<float>(low), new Vector<float>(high));
        var sources = MemoryMarshal.Cast<float, Vector<float>>(values);
        var targets = MemoryMarshal.Cast<float, Vector<float>>(results);
        for (int i = 0; i < sources.Length; i++)
        {
            var steps = sources[i] / scale;
            steps = Vector.ConditionalSelect(Vector.GreaterThan(steps, lows), steps, lows);
            steps = Vector.ConditionalSelect(Vector.LessThan(steps, highs), steps, highs);
            targets[i] = (Vector.Round(steps) + Vector<float>.Zero) * scale;
        }

        for (int i = sources.Length * Vector<float>.Count; i < values.Length; i++)
        {
            results[i] = (Rounded(values[i], scale, low, high) + 0f) * scale; // + 0: no code stands for -0
        }
    }

    /// <summary>round(x / scale): codes that are not clipped, before the zero point is added.</summary>
    public static void Steps(ReadOnlySpan<float> values, float scale, Span<float> results)
    {
        TensorPrimitives.Divide(values, scale, results);
        TensorPrimitives.Round(results, results);
    }

    // Clipped before rounding: the ends are whole numbers, so the order does not matter, and a NaN ends at the lowest code.
    private static float Rounded(float value, float scale, float low, float high)
    {
        float steps = value / scale;
        steps = steps > low ? steps : low;
        return MathF.Round(steps < high ? steps : high);
    }

    /// <returns>How many codes were converted: all but the last few.</returns>
    private static int DequantizeVectors(ReadOnlySpan<byte> codes, in QuantizationParameters parameters, Span<float> values)
    {
        var zero = new Vector<int>(parameters.ZeroPoint);
        int step = Vector<byte>.Count;
        int done = 0;
        for (; done <= codes.Length - step; done += step)
        {
            Vector.Widen(new Vector<byte>(codes[done..]), out var low, out var high);
            Put(low, values[done..], zero, parameters.Scale);
            Put(high, values[(done + (step / 2))..], zero, parameters.Scale);
        }

        return done;
    }

    private static void Put(Vector<ushort> codes, Span<float> values, Vector<int> zero, float scale)
    {
        Vector.Widen(codes, out var low, out var high);
        (Vector.ConvertToSingle(Vector.AsVectorInt32(low) - zero) * scale).CopyTo(values);
        (Vector.ConvertToSingle(Vector.AsVectorInt32(high) - zero) * scale).CopyTo(values[Vector<float>.Count..]);
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
