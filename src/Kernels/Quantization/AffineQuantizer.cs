using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

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
        TensorPrimitives.Divide(values, parameters.Scale, results);
        TensorPrimitives.Round(results, results);
        TensorPrimitives.Clamp(results, Floor(parameters), Ceiling(parameters), results);

        // Through the integer, as the codes go: it turns -0 into 0 and NaN into 0.
        int done = results.Length - (results.Length % Vector<float>.Count);
        foreach (ref var vector in MemoryMarshal.Cast<float, Vector<float>>(results[..done]))
        {
            vector = Vector.ConvertToSingle(Vector.ConvertToInt32(vector)) * parameters.Scale;
        }

        for (int i = done; i < results.Length; i++)
        {
            results[i] = (int)results[i] * parameters.Scale;
        }
    }

    /// <returns>How many codes are done: all but the last few.</returns>
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
