namespace Cluster.Kernels.Metrics;

/// <summary>Whether two networks compute the same function, channel by channel of each output, up to rounding in float32.</summary>
public static class OutputIdentity
{
    /// <summary>
    /// What each channel has to reach, dB. Of 19 real networks whose file was rewritten and compared in ONNX Runtime the worst had 124.
    /// </summary>
    public const double Least = 60;

    // What the significands of float16 (11 bits) and bfloat16 (8) leave after some hundred layers.
    private const double LeastOfFloat16 = 30;
    private const double LeastOfBFloat16 = 15;

    // Sums of many terms are rounded to 1e-5 of their largest, whatever is left of them in a channel where they cancel.
    private const double Rounding = 1e-10;

    // Whole numbers, such as the index of the largest score, change where two scores are equal up to rounding.
    private const double MostChanged = 0.01;

    /// <summary>What each channel has to reach where the first network computes in a narrower float, dB.</summary>
    /// <param name="narrow">Its type; null: it computes in float32.</param>
    public static double LeastBeside(ElementType? narrow) => narrow switch
    {
        null => Least,
        ElementType.Double => Least,
        ElementType.Float16 => LeastOfFloat16,
        _ => LeastOfBFloat16,
    };

    /// <summary>The worst channel of all outputs.</summary>
    /// <param name="names">Of the outputs.</param>
    /// <param name="expected">One tensor for each, samples outermost.</param>
    /// <param name="found">The same of the other network, of the same types or as float32.</param>
    /// <param name="least">dB.</param>
    /// <param name="rounded">
    /// One of the networks, rounded otherwise: where sums cancel, or an operator is inexact near 0, a channel holds rounding alone, and
    /// that much of it is no difference.
    /// </param>
    /// <returns>Null if every channel reaches <paramref name="least"/>.</returns>
    public static ChannelDifference? Of(
        IReadOnlyList<string> names,
        IReadOnlyList<TensorData> expected,
        IReadOnlyList<TensorData> found,
        double least = Least,
        params IReadOnlyList<OtherRounding> rounded)
    {
        ChannelDifference? worst = null;
        for (int output = 0; output < names.Count; output++)
        {
            var (before, after) = (expected[output], found[output]);
            if (!before.Shape.AsSpan().SequenceEqual(after.Shape) || (before.Type != after.Type && after.Type != ElementType.Float))
            {
                return new ChannelDifference(names[output], null, double.NegativeInfinity);
            }

            if (before.Type != ElementType.Float && Changed(before, after) <= MostChanged * before.Count)
            {
                continue;
            }

            var own = rounded.Select(other => other.Noise(output, before.Shape)).OfType<Func<int, int, double>>().ToArray();
            foreach (var (axis, sums) in ChannelSums.Of(before.ToFloats(), after.ToFloats(), before.Shape).Index())
            {
                double usual = Enumerable.Range(0, sums.Count).Sum(sums.Signal) / Math.Max(1, sums.Count);
                for (int channel = 0; channel < sums.Count; channel++)
                {
                    if (sums.Decibels(channel) is var decibels && !(decibels >= least) && !(sums.Noise(channel) <= Rounding * usual)
                        && !own.Any(noise => sums.Noise(channel) <= noise(axis, channel))
                        && !(worst?.Decibels <= decibels))
                    {
                        worst = new ChannelDifference(names[output], sums.Count > 1 ? channel : null, decibels);
                    }
                }
            }
        }

        return worst;
    }

    private static long Changed(TensorData before, TensorData after)
    {
        if (before.Type != after.Type)
        {
            return Changed(TensorData.FromFloats(before.Shape, before.ToFloats()), after);
        }

        int size = TensorData.ElementSize(before.Type);
        var (left, right) = (before.Bytes, after.Bytes);
        return Enumerable.Range(0, (int)before.Count)
            .LongCount(i => !left.Span.Slice(i * size, size).SequenceEqual(right.Span.Slice(i * size, size)));
    }
}

/// <summary>Outputs of one network that differ by rounding alone.</summary>
/// <param name="Exact">One tensor for each output.</param>
/// <param name="Rounded">The same, rounded otherwise.</param>
/// <param name="Times">How much more noise, in power, another order of the same sums may have.</param>
public sealed record OtherRounding(IReadOnlyList<TensorData> Exact, IReadOnlyList<TensorData> Rounded, double Times)
{
    /// <summary>The noise that an output may have by axis and channel; null where its shape is another. Overflow allows none.</summary>
    internal Func<int, int, double>? Noise(int output, long[] shape)
    {
        var (exact, rounded) = (Exact[output], Rounded[output]);
        if (!exact.Shape.AsSpan().SequenceEqual(shape) || !rounded.Shape.AsSpan().SequenceEqual(shape))
        {
            return null;
        }

        var sums = ChannelSums.Of(exact.ToFloats(), rounded.ToFloats(), shape);
        return (axis, channel) => sums[axis].Noise(channel) is var noise && double.IsFinite(noise) ? Times * noise : 0;
    }
}

/// <summary>A channel in which two networks differ by more than rounding.</summary>
/// <param name="Output">The output's name.</param>
/// <param name="Channel">Null if the output has one channel only, or another shape or type.</param>
/// <param name="Decibels">Signal to noise, dB; minus infinity where nothing is left.</param>
public sealed record ChannelDifference(string Output, int? Channel, double Decibels)
{
    /// <summary>Such as "output 'y', channel 4: 12.3 dB".</summary>
    public override string ToString() =>
        $"output '{Output}'{(Channel is { } channel ? $", channel {channel}" : "")}: "
        + (double.IsNegativeInfinity(Decibels) ? "nothing in common" : $"{Decibels:0.0} dB");
}
