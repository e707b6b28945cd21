using System.Numerics;

namespace Cluster.Kernels.Calibration;

/// <summary>Computes the bin of each value: its magnitude times a power of two, truncated; negative values after all others.</summary>
internal static class BinIndices
{
    /// <summary>Values that are processed together.</summary>
    public const int Block = 512;

    /// <summary>Bins that a block needs: the last vector is written in full.</summary>
    public const int Room = Block + 16;

    /// <summary>Bins per unit, a power of two: the product is exact, or so small that it is truncated to bin 0 either way.</summary>
    public static float Scale(int exponent) => MathF.ScaleB(ActivationHistogram.BinsPerSide, -exponent);

    /// <summary>Fills in the bins of the first values; with AVX-512, of those that are not zero.</summary>
    /// <param name="indices">At least <see cref="Room"/>.</param>
    /// <param name="filled">How many bins were filled in.</param>
    /// <returns>How many values were seen: a block, or all that are left.</returns>
    public static int Fill(ReadOnlySpan<float> values, Span<int> indices, float scale, out int filled)
    {
        int length = Math.Min(values.Length, Block);
        int whole = Avx512F.IsSupported ? FillPacked(values[..length], indices[..Room], scale, out filled)
            : FillAll(values[..length], indices, scale, out filled);
        for (int i = whole; i < length; i++)
        {
            indices[filled++] = (int)(MathF.Abs(values[i]) * scale) | (values[i] < 0 ? ActivationHistogram.BinsPerSide : 0);
        }

        return length;
    }

    private static int FillAll(ReadOnlySpan<float> values, Span<int> indices, float scale, out int filled)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        var targets = MemoryMarshal.Cast<int, Vector<int>>(indices);
        var scales = new Vector<float>(scale);
        var side = new Vector<int>(ActivationHistogram.BinsPerSide);
        for (int i = 0; i < vectors.Length; i++)
        {
            targets[i] = Vector.ConvertToInt32Native(Vector.Abs(vectors[i]) * scales)
                | (Vector.LessThan(vectors[i], Vector<float>.Zero) & side);
        }

        return filled = vectors.Length * Vector<float>.Count;
    }

    // Zeros, half of what is behind a ReLU, would fall into one bin, each increment waiting for the one before it.
    private static int FillPacked(ReadOnlySpan<float> values, Span<int> indices, float scale, out int filled)
    {
        ref int target = ref MemoryMarshal.GetReference(indices);
        var vectors = MemoryMarshal.Cast<float, Vector512<float>>(values);
        filled = 0;
        foreach (var vector in vectors)
        {
            var index = Vector512.ConvertToInt32Native(Vector512.Abs(vector) * scale)
                | (Vector512.LessThan(vector, Vector512<float>.Zero).AsInt32() & Vector512.Create(ActivationHistogram.BinsPerSide));
            var other = ~Vector512.Equals(vector, Vector512<float>.Zero).AsInt32();
            Avx512F.Compress(Vector512<int>.Zero, other, index).StoreUnsafe(ref target, (nuint)filled);
            filled += BitOperations.PopCount((uint)other.ExtractMostSignificantBits());
        }

        return vectors.Length * Vector512<float>.Count;
    }
}
