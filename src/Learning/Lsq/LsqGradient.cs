namespace Cluster.Learning.Lsq;

/// <summary>
/// Gradients of a quantizer with a learned scale (LSQ, Esser et al., ICLR 2020). An element inside the range before rounding has the
/// gradient of its code, and the scale that times round(x / s) - x / s. At the ends x has no gradient, and the scale gets it times the
/// end's code. Elements that are not quantized pass their gradient on.
/// </summary>
/// <param name="low">Smallest code, minus its zero point.</param>
/// <param name="high">Largest code, likewise.</param>
internal readonly struct LsqGradient(float scale, float low, float high, DropMask mask)
{
    private static readonly int Width = Vector512<float>.Count;

    /// <summary>Fills the gradient of x.</summary>
    /// <param name="gradient">Gradient of the quantized tensor.</param>
    /// <param name="result">As long as the other two.</param>
    /// <param name="position">Position of the first element within the batch.</param>
    /// <returns>The gradient of the scale; the same for any vector width.</returns>
    public double Fill(ReadOnlySpan<float> x, ReadOnlySpan<float> gradient, Span<float> result, uint position)
    {
        ref float values = ref MemoryMarshal.GetReference(x);
        ref float gradients = ref MemoryMarshal.GetReference(gradient);
        ref float results = ref MemoryMarshal.GetReference(result);
        var sums = Vector512<double>.Zero;
        int i = 0;
        for (; i <= x.Length - Width; i += Width)
        {
            One(
                Vector512.LoadUnsafe(ref values, (nuint)i), Vector512.LoadUnsafe(ref gradients, (nuint)i), position + (uint)i, ref sums)
                .StoreUnsafe(ref results, (nuint)i);
        }

        // The last elements, padded with zeros, which have no gradient.
        Span<float> padded = stackalloc float[2 * Width];
        padded.Clear();
        x[i..].CopyTo(padded);
        gradient[i..].CopyTo(padded[Width..]);
        One(Vector512.Create<float>(padded[..Width]), Vector512.Create<float>(padded[Width..]), position + (uint)i, ref sums)
            .CopyTo(padded);
        padded[..(x.Length - i)].CopyTo(result[i..]);
        return Vector512.Sum(sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<float> One(Vector512<float> x, Vector512<float> gradient, uint position, ref Vector512<double> sums)
    {
        var (lows, highs) = (Vector512.Create(low), Vector512.Create(high));
        var code = x / Vector512.Create(scale);
        var below = Vector512.LessThanOrEqual(code, lows);
        var above = Vector512.GreaterThanOrEqual(code, highs);
        var quantized = mask.At(position);
        var slope = Vector512.ConditionalSelect(below, lows, Vector512.ConditionalSelect(above, highs, Vector512.Round(code) - code));
        var (first, second) = Vector512.Widen(quantized & (gradient * slope));
        sums += first + second;
        return Vector512.AndNot(gradient, quantized & (below | above));
    }
}
