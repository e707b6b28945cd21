using System.Numerics;

namespace Cluster.Kernels.Calibration;

/// <summary>
/// Smallest and largest value and the number of exact zeros of a stretch of memory, in one vectorised pass.
/// </summary>
/// <param name="LargestBits">The largest of the values' bits without the sign: a NaN's exceed infinity's.</param>
internal readonly record struct ValueScan(float Minimum, float Maximum, long Zeros, int LargestBits)
{
    // Without its sign bit, a float32 is infinite or NaN from these bits on.
    private const int Magnitude = 0x7fffffff;
    private const int Infinity = 0x7f800000;

    /// <summary>The scan of no values.</summary>
    public static ValueScan Empty => new(float.PositiveInfinity, float.NegativeInfinity, 0, 0);

    public bool IsFinite => LargestBits < Infinity;

    public bool HasNaN => LargestBits > Infinity;

    /// <summary>The exponent of a histogram of these values.</summary>
    public int Exponent => ActivationHistogram.ExponentFor(Math.Max(Maximum, -Minimum));

    /// <summary>The scan of both stretches.</summary>
    public ValueScan With(ValueScan other) => new(
        Math.Min(Minimum, other.Minimum), Math.Max(Maximum, other.Maximum), Zeros + other.Zeros,
        Math.Max(LargestBits, other.LargestBits));

    public static ValueScan Of(ReadOnlySpan<float> values)
    {
        float minimum = float.PositiveInfinity;
        float maximum = float.NegativeInfinity;
        int largestBits = 0;
        long zeros = 0;

        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        if (!vectors.IsEmpty)
        {
            var low = vectors[0];
            var high = vectors[0];
            var bits = Vector<int>.Zero;
            var zeroCount = Vector<int>.Zero;
            foreach (var vector in vectors)
            {
                // How they treat a NaN does not matter: it is not finite.
                low = Vector.MinNative(low, vector);
                high = Vector.MaxNative(high, vector);
                bits = Vector.Max(bits, Vector.AsVectorInt32(vector) & new Vector<int>(Magnitude));
                zeroCount -= Vector.Equals(vector, Vector<float>.Zero);
            }

            for (int lane = 0; lane < Vector<float>.Count; lane++)
            {
                minimum = Math.Min(minimum, low[lane]);
                maximum = Math.Max(maximum, high[lane]);
                largestBits = Math.Max(largestBits, bits[lane]);
                zeros += zeroCount[lane];
            }
        }

        foreach (float value in values[(vectors.Length * Vector<float>.Count)..])
        {
            minimum = Math.Min(minimum, value);
            maximum = Math.Max(maximum, value);
            largestBits = Math.Max(largestBits, BitConverter.SingleToInt32Bits(value) & Magnitude);
            zeros += value == 0 ? 1 : 0;
        }

        return new ValueScan(minimum, maximum, zeros, largestBits);
    }
}
