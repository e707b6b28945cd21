using System.Runtime.InteropServices;

namespace Cluster.Export.Parity;

/// <summary>The differences between the runtime's codes of a tensor and the codes of the simulation's numbers.</summary>
/// <param name="Different">Codes that differ and are not ties.</param>
/// <param name="Ties">Codes that differ by one where the number lies halfway between the two, or within what float32 leaves open.</param>
/// <param name="LargestStep">Largest difference in codes.</param>
internal readonly record struct CodeDifferences(long Different, long Ties, int LargestStep)
{
    // In steps. The runtime may round x / s + zero point where the simulation rounds x / s, each from its own float32 numbers: below 256
    // the two differ by less than this.
    internal const float TieWidth = 1e-4f;

    /// <summary>Compares a tensor.</summary>
    /// <param name="exact">The simulation's numbers in steps, x / scale, before rounding.</param>
    /// <param name="codes">The runtime's, as many; of int8 if the parameters have codes below 0.</param>
    /// <param name="parameters">The tensor's parameters; the scale is ignored.</param>
    /// <param name="steps">Receives the runtime's codes without the zero point.</param>
    /// <param name="open">In steps, what float32 leaves open of each number; a code within it counts as a tie. Empty: nothing.</param>
    public static CodeDifferences Of(
        ReadOnlySpan<float> exact,
        ReadOnlySpan<byte> codes,
        in QuantizationParameters parameters,
        Span<float> steps,
        ReadOnlySpan<float> open = default)
    {
        var whole = parameters with { Scale = 1 };
        float[] rented = ArrayPool<float>.Shared.Rent(codes.Length);
        try
        {
            var simulated = rented.AsSpan(0, codes.Length);
            AffineQuantizer.FakeQuantize(exact, whole, simulated);
            Steps(codes, parameters, steps);
            return Of(exact, simulated, steps, open);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    /// <summary>The codes without the zero point.</summary>
    public static void Steps(ReadOnlySpan<byte> codes, in QuantizationParameters parameters, Span<float> steps)
    {
        var whole = parameters with { Scale = 1 };
        if (parameters.Minimum < 0)
        {
            AffineQuantizer.Dequantize(MemoryMarshal.Cast<byte, sbyte>(codes), whole, steps);
        }
        else
        {
            AffineQuantizer.Dequantize(codes, whole, steps);
        }
    }

    // Compares bits, many at a time: neither side has a NaN or a negative zero, and differing codes are few.
    private static CodeDifferences Of(
        ReadOnlySpan<float> exact, ReadOnlySpan<float> simulated, ReadOnlySpan<float> runtime, ReadOnlySpan<float> open)
    {
        var one = MemoryMarshal.Cast<float, int>(simulated);
        var other = MemoryMarshal.Cast<float, int>(runtime);
        long different = 0;
        long ties = 0;
        int largest = 0;
        for (int i = one.CommonPrefixLength(other); i < one.Length; i += 1 + one[(i + 1)..].CommonPrefixLength(other[(i + 1)..]))
        {
            int step = (int)Math.Abs(simulated[i] - runtime[i]);

            // A number out of range lies at the end of it.
            float number = Math.Abs(exact[i] - simulated[i]) > 0.5f ? simulated[i] : exact[i];
            bool isOpen = !open.IsEmpty && float.IsFinite(open[i]) && Math.Abs(number - runtime[i]) <= 0.5f + TieWidth + open[i];
            bool isTie = isOpen || (step == 1 && Math.Abs(Math.Abs(exact[i] - MathF.Truncate(exact[i])) - 0.5f) < TieWidth);
            ties += isTie ? 1 : 0;
            different += isTie ? 0 : 1;
            largest = Math.Max(largest, isOpen ? 1 : step);
        }

        return new CodeDifferences(different, ties, largest);
    }
}
