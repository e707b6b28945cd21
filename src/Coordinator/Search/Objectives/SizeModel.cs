namespace Cluster.Coordinator.Search.Objectives;

/// <summary>
/// Bytes of plans' files. Weights shrink from 32 bits to those of their format; the overhead of quantizing (scales, nodes) is distributed
/// in the same proportion, format by format. The model is exact for FP32 and, for each format, for the smallest measured file that mixes
/// only this format with FP32 and, in groups that lack it, others.
/// </summary>
internal sealed class SizeModel
{
    private readonly SearchMemory _memory;
    private readonly long _float32Bytes;
    private readonly double[] _realized;

    private SizeModel(SearchMemory memory, long float32Bytes, double[] realized)
    {
        _memory = memory;
        _float32Bytes = float32Bytes;
        _realized = realized;
    }

    /// <summary>The model from the measurements so far, or null before FP32's file is measured.</summary>
    public static SizeModel? Of(SearchMemory memory)
    {
        if (memory.Full(memory.Baseline) is not { } float32)
        {
            return null;
        }

        var smallest = memory.FullPlans.Where(plan => !plan.IsBaseline).MinBy(plan => memory.Full(plan)!.SizeBytes);
        double Realized(Plan? plan, double otherwise) => plan is not null && SavedBytes(memory, plan).Sum() is > 0 and var saved
            ? (float32.SizeBytes - memory.Full(plan)!.SizeBytes) / saved
            : otherwise;
        var usual = Realized(smallest, otherwise: 1);
        return new SizeModel(
            memory, float32.SizeBytes, [.. memory.Formats.All.Select(format => Realized(SmallestIn(memory, format), usual))]);
    }

    /// <summary>Bytes of the smallest plan's weights alone: no file of this network is smaller.</summary>
    public static double LeastBytes(SearchMemory memory) => memory.Space.Groups
        .Select((group, i) => group.Parameters
            * (memory.Choice.MayQuantize(i) ? memory.Formats.All.Where(group.Takes).Min(format => format.Weights.Bits) : 32) / 8.0)
        .Sum();

    /// <summary>Bytes of a plan's file: measured, else predicted.</summary>
    public double Bytes(Plan plan) => _memory.Full(plan)?.SizeBytes ?? _float32Bytes - SavedBytes(_memory, plan)
        .Zip(_memory.Formats.NumbersOf(plan), (saved, format) => saved * _realized[format])
        .Sum();

    private static Plan? SmallestIn(SearchMemory memory, GroupFormat format) => memory.FullPlans
        .Where(plan => !plan.IsBaseline && memory.Space.Groups.Zip(plan.Groups).All(
            group => group.Second.Format == format || group.Second.Format.IsBaseline || !group.First.Takes(format)))
        .MinBy(plan => memory.Full(plan)!.SizeBytes);

    // Of each group's weights.
    private static IEnumerable<double> SavedBytes(SearchMemory memory, Plan plan) =>
        plan.Groups.Select((decision, i) => memory.Space.Groups[i].Parameters * (32 - decision.Format.Weights.Bits) / 8.0);
}
