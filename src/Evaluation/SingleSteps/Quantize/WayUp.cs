using Cluster.Kernels.LayerErrors;

namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>Which groups to keep in FP32 where a plan's outputs keep too little of FP32's.</summary>
/// <param name="Groups">By what they give back, most first; neighbours that do so together follow each other.</param>
/// <param name="Kept">How many of them, from the first on, are enough together; null if half of the plan's groups are not.</param>
/// <param name="Decibels">What is enough of each output, dB; null for whole numbers.</param>
public sealed record WayUp(IReadOnlyList<GroupGain> Groups, int? Kept, double? Decibels)
{
    // To rank groups, a few samples are enough: the set that is offered is judged on all that the check runs.
    private const int Ranking = 4;

    // Batches that the cores can share.
    private const int BatchSize = 2;

    // A tensor between two groups is rounded while one of them is quantized, so neighbours can give back what none gives alone.
    private static readonly int[] Lengths = [1, 2, 4];

    /// <summary>Leaves runs of the plan's groups in FP32, one after another, then the best of them together.</summary>
    /// <param name="whole">The plan's network.</param>
    /// <param name="samples">The samples that it was found poor on.</param>
    internal static WayUp Of(
        EvaluationSetup setup, QuantizePlan plan, QuantizedNetwork whole, ImageBatches samples, Action<string> say,
        CancellationToken cancellation)
    {
        int[] quantized = [.. plan.Plan.Groups.Index().Where(group => !group.Item.Format.IsBaseline).Select(group => group.Index)];
        var few = samples.Take(Ranking) with { BatchSize = Math.Min(BatchSize, samples.BatchSize) };
        int[][] runs =
        [
            .. Lengths.Where(length => length <= quantized.Length).SelectMany(length => Enumerable
                .Range(0, quantized.Length - length + 1)
                .Select(first => quantized[first..(first + length)])),
        ];
        say($"looking for the groups at fault: {runs.Length} networks with one to four groups in FP32, on {few.Images.Count} samples");
        var before = ChannelCheck.Margin(OutputSums.Of(setup.Float32, whole, few, setup.Cores, cancellation));
        double usual = new JobOptions { Metric = MetricKind.OutputSqnr }.AcceptedDrop;
        double least = before.Decibels + ChannelCheck.LeastDecibels < usual ? usual : ChannelCheck.LeastDecibels;
        double[] gains =
        [
            .. LeftOutOutputs.Of(setup.Float32, whole, [.. runs.Select(Left)], few, setup.Cores, cancellation)
                .Select(sums => Gain(before, ChannelCheck.Margin(sums))),
        ];
        int[] order =
        [
            .. runs.Zip(gains)
                .OrderByDescending(run => run.Second / run.First.Length)
                .SelectMany(run => run.First)
                .Distinct(),
        ];
        int? kept = Enough(order.Length / 2, count => IsEnough(count, few), count => IsEnough(count, samples));
        return new WayUp(
            [
                .. order.Select(index => new GroupGain(
                    plan.Plan.Groups[index].Group, setup.Translator.Decided[index].Index, gains[Array.IndexOf(quantized, index)])),
            ],
            kept,
            double.IsFinite(before.Decibels) ? least : null);

        QuantizedNetwork Left(int[] groups) => StoredNumbers.Network(setup, plan, whole, groups);

        bool IsEnough(int count, ImageBatches on) => ChannelCheck.IsEnough(
            OutputSums.Of(setup.Float32, Left(order[..count]), on, setup.Cores, cancellation), least);
    }

    // The share of the noise of the output that keeps least, or of the changed whole numbers, that goes.
    private static double Gain((double Decibels, double Same) before, (double Decibels, double Same) after) =>
        double.IsFinite(before.Decibels)
            ? 1 - Math.Pow(10, (before.Decibels - after.Decibels) / 10)
            : (after.Same - before.Same) / (1 - before.Same);

    // More groups in FP32 are taken to keep more: the least number is found by halving, then raised until all samples agree.
    private static int? Enough(int most, Func<int, bool> isEnoughOnFew, Func<int, bool> isEnough)
    {
        int high = Math.Min(1, most);
        while (high < most && !isEnoughOnFew(high))
        {
            high = Math.Min(most, 2 * high);
        }

        if (high == most && !isEnoughOnFew(high))
        {
            return null;
        }

        int low = high / 2;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            (low, high) = isEnoughOnFew(middle) ? (low, middle) : (middle, high);
        }

        while (high <= most && !isEnough(high))
        {
            high += Math.Max(1, high / 4);
        }

        return high <= most ? high : null;
    }
}

/// <summary>What a group in FP32 gives back alone, the others as in the plan.</summary>
/// <param name="Index">As `inspect` prints it.</param>
/// <param name="Gain">
/// The share of the noise of the output that keeps least that goes, or of changed whole numbers, at most 1; below 0 if there is more.
/// </param>
public sealed record GroupGain(string Group, int Index, double Gain);
