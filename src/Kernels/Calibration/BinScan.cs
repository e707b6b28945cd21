using System.Numerics;

namespace Cluster.Kernels.Calibration;

/// <summary>
/// Combines <see cref="ValueScan"/> and <see cref="BinIndices"/> for a block of values. With AVX-512 it is one pass that leaves zeros out:
/// after a ReLU there is half as much to count.
/// </summary>
internal static class BinScan
{
    /// <summary>Values that are processed together.</summary>
    public const int Block = 1024;

    /// <summary>Number of indices a block needs: the last vector is written in full.</summary>
    public const int Room = Block + 16;

    // Shifts a float's sign bit to the bit that selects the negative bins.
    private const int SignShift = 18;

    /// <summary>Fills in the bins of a block.</summary>
    /// <param name="values">At most <see cref="Block"/>.</param>
    /// <param name="indices">At least <see cref="Room"/>.</param>
    /// <param name="scale">Of an exponent. A scan with a larger one, or one that is not finite, makes the indices invalid.</param>
    /// <returns>How many indices were written: zeros left out with AVX-512, included without.</returns>
    public static int Fill(ReadOnlySpan<float> values, Span<int> indices, float scale, out ValueScan scan)
    {
        if (Avx512F.IsSupported && values.Length >= Vector512<float>.Count)
        {
            return FillPacked(values, indices, scale, out scan);
        }

        scan = ValueScan.Of(values);
        return FillAll(values, indices, scale);
    }

    /// <summary>Includes zeros, in the bin next to them.</summary>
    public static int FillAll(ReadOnlySpan<float> values, Span<int> indices, float scale)
    {
        int filled = 0;
        while (filled < values.Length)
        {
            filled += BinIndices.Fill(values[filled..], indices[filled..], scale);
        }

        return filled;
    }

    private static int FillPacked(ReadOnlySpan<float> values, Span<int> indices, float scale, out ValueScan scan)
    {
        ref float first = ref MemoryMarshal.GetReference(values);
        ref int target = ref MemoryMarshal.GetReference(indices[..Room]);
        var low = Vector512.Create(float.PositiveInfinity);
        var high = Vector512.Create(float.NegativeInfinity);
        var largest = Vector512<int>.Zero;
        var scales = Vector512.Create(scale);
        int filled = 0;
        int whole = values.Length & -Vector512<float>.Count;
        for (int i = 0; i < whole; i += Vector512<float>.Count)
        {
            var vector = Vector512.LoadUnsafe(ref first, (nuint)i);
            low = Avx512F.Min(low, vector);
            high = Avx512F.Max(high, vector);
            var magnitude = vector.AsInt32() & Vector512.Create(ValueScan.Magnitude);
            largest = Avx512F.Max(largest, magnitude);
            var index = Avx512F.ConvertToVector512Int32WithTruncation(magnitude.AsSingle() * scales)
                | (Vector512.ShiftRightLogical(vector.AsInt32(), SignShift) & Vector512.Create(ActivationHistogram.BinsPerSide));
            var other = Vector512.GreaterThan(magnitude, Vector512<int>.Zero);
            Avx512F.Compress(Vector512<int>.Zero, other, index).StoreUnsafe(ref target, (nuint)filled);
            filled += BitOperations.PopCount((uint)other.ExtractMostSignificantBits());
        }

        // Reduced before the next call, so that the loop above keeps them in registers.
        int bits = 0;
        for (int lane = 0; lane < Vector512<int>.Count; lane++)
        {
            bits = Math.Max(bits, largest[lane]);
        }

        scan = new ValueScan(Least(low), -Least(-high), whole - filled, bits).With(ValueScan.Of(values[whole..]));
        return filled + FillAll(values[whole..], indices[filled..], scale);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Least(Vector512<float> values)
    {
        var half = Avx.Min(values.GetLower(), values.GetUpper());
        var quarter = Sse.Min(half.GetLower(), half.GetUpper());
        return MathF.Min(MathF.Min(quarter[0], quarter[1]), MathF.Min(quarter[2], quarter[3]));
    }
}
