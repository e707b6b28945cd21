using System.Globalization;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Statistics;

namespace Cluster.Coordinator.Search.Steps;

/// <summary>The plan whose roundings are worth learning.</summary>
/// <param name="Plan">The plan, or null where there is none.</param>
/// <param name="Reason">Why this one, or why none, in a sentence.</param>
internal sealed record ReconstructionTarget(Plan? Plan, string Reason)
{
    private const double Confidence = 0.95;

    /// <summary>
    /// The fastest plan that was refused for its accuracy alone, where that is faster than the winner; else the
    /// winner's own plan, where it has lost accuracy against FP32 or every plan is to be reconstructed. What a search
    /// knows of a latency is a measurement or a prediction.
    /// </summary>
    public static ReconstructionTarget Of(SearchMemory memory, Journal.WinnerSelected selection, ReconstructionMode mode)
    {
        if (FastestRefused(memory, selection) is { } refused)
        {
            return new ReconstructionTarget(refused.Plan, string.Create(
                CultureInfo.InvariantCulture,
                $"{FormatShares.Of(refused.Plan)} are faster "
                + $"({(MeasuredMs(memory, refused.Plan) is null ? "predicted " : string.Empty)}{refused.Ms:G4} ms) and were "
                + $"refused for their accuracy alone, {Lost(memory.Scale, memory.Paired(refused.Plan, ImageScope.Full)!)}"
                + $"{memory.Correction.Note(memory.Paired(refused.Plan, ImageScope.Full)!)}."));
        }

        if (selection.Plan.IsBaseline)
        {
            return new ReconstructionTarget(null, "The result is the FP32 network, and no faster plan was refused for its accuracy alone.");
        }

        if (memory.Paired(selection.Plan, ImageScope.Full) is not { } counts)
        {
            return new ReconstructionTarget(
                null, "The winner was not measured on the whole evaluation set, so nothing could be compared with it.");
        }

        var lost = counts.DropInterval(Confidence).Low;
        return lost > 0 || !selection.Feasible ? new ReconstructionTarget(selection.Plan, "The winner is less accurate than FP32.")
            : mode == ReconstructionMode.Always
            ? new ReconstructionTarget(selection.Plan, "It was asked for; no faster plan was refused for its accuracy alone.")
            : new ReconstructionTarget(
                null,
                "No faster plan was refused for its accuracy alone, and the winner is not shown to have lost any: there is "
                + "nothing to win back.");
    }

    private static string Lost(MetricScale scale, PairedDrop drop) => scale.Metric.IsShare()
        ? string.Create(CultureInfo.InvariantCulture, $"{100 * drop.Drop:0.##} points lost")
        : scale.Compare(drop);

    // Of plans that tie in latency the one that FP32 is closest to: labels of a few hundred images tell less than the divergence.
    private static (Plan Plan, double Ms)? FastestRefused(SearchMemory memory, Journal.WinnerSelected selection)
    {
        if (Ms(memory, selection.Plan) is not { } winnerMs)
        {
            return null;
        }

        var faster = memory.FullPlans
            .Where(plan => !plan.IsBaseline && !memory.IsAccurateEnough(plan))
            .Where(plan => memory.Objective.Fits(plan) && !memory.Refusals.Suspects(plan))
            .Select(plan => (Plan: plan, Ms: Ms(memory, plan)))
            .Where(entry => entry.Ms is { } ms && Ties.IsFaster(ms, winnerMs) && Ties.IsFaster(ms, memory.BaselineMs!.Value))
            .Select(entry => (entry.Plan, Ms: entry.Ms!.Value))
            .ToArray();
        if (faster.Length == 0)
        {
            return null;
        }

        var least = faster.Min(entry => entry.Ms);
        return faster
            .Where(entry => !Ties.IsFaster(least, entry.Ms))
            .OrderBy(entry => memory.Full(entry.Plan)!.Kl)
            .ThenBy(entry => entry.Plan, memory.Simplest)
            .First();
    }

    private static double? Ms(SearchMemory memory, Plan plan) =>
        MeasuredMs(memory, plan) ?? memory.Model?.Predict(plan);

    // Plans with the same formats run the same kernels, so the calmest measurement of one is that of all. Noise
    // would else make a plan with a worse calibrator faster than its better self, or even than a winner with these
    // formats.
    private static double? MeasuredMs(SearchMemory memory, Plan plan)
    {
        if (plan.IsBaseline)
        {
            return memory.BaselineMs;
        }

        return memory.Latencies.Where(entry => entry.Plan.HasFormatsOf(plan)).Min(entry => memory.Ms(entry.Plan));
    }
}
