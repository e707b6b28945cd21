namespace Cluster.Coordinator.Search.Judgements;

/// <summary>What the evaluation images show about a winner, given that it was chosen on them.</summary>
internal static class WinnerEvidence
{
    /// <summary>The evidence about a search's winner or, with <paramref name="learned"/>, about its learned version.</summary>
    /// <param name="memory">All results.</param>
    /// <param name="winner">The plan.</param>
    /// <param name="learned">The evaluated files with learned numbers: plan and accuracy.</param>
    /// <returns>Null if the plan is FP32 or was not measured on all images.</returns>
    public static DropEvidence? Of(
        SearchMemory memory, Plan winner, IEnumerable<(Plan Plan, AccuracyResult Accuracy)>? learned = null)
    {
        if (winner.IsBaseline || memory.Full(memory.Baseline) is not { } reference)
        {
            return null;
        }

        // Plans over budget or refused by the parity gate were no candidates.
        var searched = memory.FullPlans
            .Where(plan => !plan.IsBaseline && (plan.Equals(winner) || (memory.Objective.Fits(plan) && !memory.Refusals.Contains(plan))))
            .Select(plan => (Plan: plan, Accuracy: memory.Full(plan)!))
            .ToArray();
        var later = learned?.Select(one => (one.Plan, Accuracy: memory.Settled(one.Accuracy))).ToArray() ?? [];
        var all = searched.Concat(later).ToArray();
        if (Array.FindLast(all, one => one.Plan.Equals(winner)) is not { Accuracy: { } accuracy })
        {
            return null;
        }

        var correction = memory.Correction;
        var (options, witness) = (memory.Spec.Options, accuracy.Witness(winner));
        var counts = PairedDrop.Of(reference, accuracy, Model.ImageScope.Full);
        HalvedDrop[] halved = [.. all.Select(one => correction.Halve(reference, one.Accuracy))];
        var family = new LargestFlattery(halved);
        var level = options.Confidence ?? DropEvidence.UsualConfidence;
        var above = family.Quantile(level);
        var interval = counts.DropInterval(Normal.Quantile(level), above);
        double? bound = memory.Objective.IsMostAccurate ? null : correction.Bound;
        var isWithin = interval.High <= bound + Feasibility.Slack;
        return new DropEvidence(
            all.Length, counts, Math.Clamp(correction.Expected(counts, witness), interval.Low, interval.High), interval)
        {
            WrongAcceptance = bound is null || halved.Any(one => one.Counts is PairedCounts { Open: > 0 })
                ? null
                : WrongAcceptance.Of(
                    correction,
                    [.. halved.Zip(all)
                        .OrderBy(one => PlanPrice.Of(memory, one.Second.Plan))
                        .Select(one => (one.First, one.Second.Accuracy.Witness(one.Second.Plan)))],
                    isWithin),
            Samples = bound is not { } most || isWithin ? null : counts.SamplesFor(most, above),
            Scale = correction.Scale,
            Decided = later.Length == 0 && !memory.Objective.IsMostAccurate ? correction.Drop(counts, witness) : null,
            Bound = bound,
            Asked = options.Confidence,
            SamplesWithin = memory.SamplesWithin(accuracy) is { } share ? (share, options.AskedSampleShare!.Value) : null,
        };
    }
}
