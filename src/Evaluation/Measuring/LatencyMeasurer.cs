using System.Diagnostics;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Setup;
using Cluster.Kernels.Runtimes.Timing;
using Cluster.Plans;

namespace Cluster.Evaluation.Measuring;

/// <summary>Does the items that ask for candidates' latencies.</summary>
internal sealed class LatencyMeasurer(EvaluationSetup setup) : FileTimer(setup)
{
    // Finalists are timed again, together, so a first timing says only which plans these are: what lies further apart than a tie has to
    // come in order, and no half of a tie is decided by it.
    internal static LatencyOptions First(int threads) => Options(threads) with { Precision = 2 * (Ties.Factor - 1) };

    public LatencyResult Measure(LatencyItem item, CancellationToken cancellation) => Measure(
        item.Plan.Digest, item.Plan.IsBaseline ? null : FileToTime(item.Plan, cancellation), First(setup.Threads), cancellation);

    /// <summary>Times one plan next to FP32, or several in turn with one FP32.</summary>
    /// <returns>In the order of the items.</returns>
    public IReadOnlyList<LatencyResult> Measure(IReadOnlyList<LatencyItem> items, CancellationToken cancellation)
    {
        if (items is [var single])
        {
            return [Measure(single, cancellation)];
        }

        var files = items.Select(item => (item.Plan.Digest, FileToTime(item.Plan, cancellation))).ToArray();
        return [.. InTurn(files, First(setup.Threads), cancellation).Select(result => result with { Turn = items[0].Plan.Digest })];
    }

    /// <summary>Times several plans and FP32 in turn, so that each may be compared with each.</summary>
    public FinalTimingResult Measure(FinalTimingItem item, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        var files = item.Plans.Select(plan => (plan.Digest, setup.Builder.Build(plan, cancellation).Bytes)).ToArray();

        // An interval narrower than a tie is precise enough to decide.
        int patience = item.Patience ?? 1;
        var options = Options(setup.Threads) with { Rounds = 20 * patience, TurnTime = TimeSpan.FromMilliseconds(2) };
        return new FinalTimingResult(
            [.. InTurn(files, options, cancellation, patience)], Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    // A finalist is timed again, of its own file: a first timing may be of any that takes as long.
    private byte[] FileToTime(Plan plan, CancellationToken cancellation) => setup.Builder.BuildToTime(plan, cancellation);
}
