using Cluster.Coordinator.Statistics;

namespace Cluster.Evaluation.SingleSteps.FineTune;

/// <summary>Compares the trained file with the plan's own, on the same images.</summary>
/// <param name="Gain">Gain of top-1, as a fraction; negative if training made it worse.</param>
/// <param name="Ci95">Paired interval of the gain: low, high.</param>
/// <param name="Lost">Images that only the plan's own file gets right.</param>
/// <param name="Gained">Images that only the trained file gets right.</param>
/// <param name="McNemarP">Two-sided mid-p of McNemar's exact test.</param>
public sealed record FineTuneDifference(double Gain, IReadOnlyList<double> Ci95, int Lost, int Gained, double McNemarP)
{
    internal static FineTuneDifference Of(PairedCounts counts)
    {
        var (low, high) = FineTuneVerdict.Gain(counts);
        return new FineTuneDifference(-counts.Drop, [low, high], counts.Lost, counts.Gained, counts.McNemarMidP);
    }
}
