using System.Numerics;

namespace Cluster.Kernels.Calibration;

/// <summary>Computes the bin of each value: its magnitude times a power of two, truncated; negative values after all others.</summary>
internal static class BinIndices
{
    /// <summary>Values that are processed together.</summary>
    public const int Block = 512;

    /// <summary>Bins per unit, a power of two: the product is exact, or so small that it is truncated to bin 0 either way.</summary>
    public static float Scale(int exponent) => MathF.ScaleB(ActivationHistogram.BinsPerSide, -exponent);

    /// <summary>Fills in the bins of the first values.</summary>
    /// <param name="indices">At least <see cref="Block"/>.</param>
    /// <returns>How many were filled in: a block, or all that are left.</returns>
    public static int Fill(ReadOnlySpan<float> values, Span<int> indices, float scale)
    {
        int length = Math.Min(values.Length, Block);
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values[..length]);
        var targets = MemoryMarshal.Cast<int, Vector<int>>(indices[..length]);
        var scales = new Vector<float>(scale);
        var side = new Vector<int>(ActivationHistogram.BinsPerSide);
        for (int i = 0; i < vectors.Length; i++)
        {
            targets[i] = Vector.ConvertToInt32Native(Vector.Abs(vectors[i]) * scales)
                | (Vector.LessThan(vectors[i], Vector<float>.Zero) & side);
        }

        for (int i = vectors.Length * Vector<float>.Count; i < length; i++)
        {
            indices[i] = (int)(MathF.Abs(values[i]) * scale) | (values[i] < 0 ? ActivationHistogram.BinsPerSide : 0);
        }

        return length;
    }
}
