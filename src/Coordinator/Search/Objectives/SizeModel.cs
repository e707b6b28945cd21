namespace Cluster.Coordinator.Search.Objectives;

/// <summary>
/// Bytes of plans' files. Weights shrink from 32 bits to those of their format; the overhead of quantizing (scales, nodes) is distributed
/// in the same proportion, format by format. The model is exact for FP32 and, for each format, for the smallest measured file that mixes
/// only this format with FP32 and, in groups that lack it, others.
/// </summary>
internal sealed class SizeModel
{
    private readonly SearchFacts _facts;
    private readonly long _float32Bytes;
    private readonly double[] _realized;

    private SizeModel(SearchFacts facts, long float32Bytes, double[] realized)
    {
        _facts = facts;
        _float32Bytes = float32Bytes;
        _realized = realized;
    }

    /// <summary>The model from the measurements so far, or null before FP32's file is measured.</summary>
    public static SizeModel? Of(SearchFacts facts)
    {
        if (facts.Full(facts.Baseline) is not { } float32)
        {
            return null;
        }

        var smallest = facts.FullPlans.Where(plan => !plan.IsBaseline).MinBy(plan => facts.Full(plan)!.SizeBytes);
        double Realized(Plan? plan, double otherwise) => plan is not null && SavedBytes(facts, plan).Sum() is > 0 and var saved
            ? (float32.SizeBytes - facts.Full(plan)!.SizeBytes) / saved
            : otherwise;
        var usual = Realized(smallest, otherwise: 1);
        return new SizeModel(
            facts, float32.SizeBytes, [.. facts.Formats.All.Select(format => Realized(SmallestIn(facts, format), usual))]);
    }

    /// <summary>Bytes of the smallest plan's weights alone: no file of this network is smaller.</summary>
    public static double LeastBytes(SearchFacts facts) => facts.Space.Groups
        .Select((group, i) => group.Parameters
            * (facts.Choice.MayQuantize(i) ? facts.Formats.All.Where(group.Takes).Min(format => format.Weights.Bits) : 32) / 8.0)
        .Sum();

    /// <summary>Bytes of a plan's file: measured, else predicted.</summary>
    public double Bytes(Plan plan) => _facts.Full(plan)?.SizeBytes ?? _float32Bytes - SavedBytes(_facts, plan)
        .Zip(_facts.Formats.NumbersOf(plan), (saved, format) => saved * _realized[format])
        .Sum();

    private static Plan? SmallestIn(SearchFacts facts, GroupFormat format) => facts.FullPlans
        .Where(plan => !plan.IsBaseline && facts.Space.Groups.Zip(plan.Groups).All(
            group => group.Second.Format == format || group.Second.Format.IsBaseline || !group.First.Takes(format)))
        .MinBy(plan => facts.Full(plan)!.SizeBytes);

    // Of each group's weights.
    private static IEnumerable<double> SavedBytes(SearchFacts facts, Plan plan) =>
        plan.Groups.Select((decision, i) => facts.Space.Groups[i].Parameters * (32 - decision.Format.Weights.Bits) / 8.0);
}
