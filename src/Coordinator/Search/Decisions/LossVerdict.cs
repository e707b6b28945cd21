namespace Cluster.Coordinator.Search.Decisions;

/// <summary>Whether the images show that a winner loses at most what is accepted, in words.</summary>
/// <param name="IsSure">Whether they do, or show that it loses more.</param>
/// <param name="Words">"Sure: at most 0.27 points, where 1 is accepted", or why not, and what it would take.</param>
/// <param name="Samples">How many samples would make it sure; null where it is, and where no number would.</param>
public sealed record LossVerdict(bool IsSure, string Words, int? Samples = null)
{
    /// <summary>The verdict; null where no loss is bounded.</summary>
    /// <param name="evidence">Of the winner; null if that is FP32.</param>
    /// <param name="tested">Its drop on the test set; null without one.</param>
    public static LossVerdict? Of(DropEvidence? evidence, double? tested)
    {
        if (evidence is not { Bound: { } bound, Scale: var scale, Counts: var counts })
        {
            return null;
        }

        // A loss is not negative, though a difference may be.
        var (least, most) = (evidence.Interval.Low, Math.Max(0, evidence.Interval.High));
        var accepted = $"where {scale.Short(bound)} is accepted";
        if (most > bound + Feasibility.Slack)
        {
            return least > bound + Feasibility.Slack
                ? new LossVerdict(true, $"Sure: {scale.AtLeast(least)} lost, {accepted}")
                : new LossVerdict(
                    false,
                    $"Not sure: {counts.Total:N0} {(counts is PairedCounts ? "images" : "samples")} cannot exclude {scale.Drop(most)}, "
                    + accepted
                    + (evidence.Samples is { } samples ? $"; about {samples:N0} would" : string.Empty),
                    evidence.Samples);
        }

        return tested > most + Feasibility.Slack
            ? new LossVerdict(false, $"Not sure: the test set lost {scale.Drop(tested.Value)}, where {scale.AtMost(most)} was promised")
            : new LossVerdict(true, $"Sure: {scale.AtMost(most)}, {accepted}");
    }
}
