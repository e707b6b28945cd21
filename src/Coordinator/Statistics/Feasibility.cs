namespace Cluster.Coordinator.Statistics;

/// <summary>Whether a candidate is accurate enough.</summary>
/// <param name="MaxDrop">Largest accepted drop, on the metric's scale.</param>
/// <param name="Confidence">Null: the paired point estimate decides; otherwise its one-sided upper bound at this confidence.</param>
public sealed record Feasibility(double MaxDrop, double? Confidence)
{
    // A fraction such as 0.005 · 800 = 4.000…1 images must not reject a drop of exactly 4 images.
    internal const double Slack = 1e-12;

    /// <summary>The drop that is compared with the bound: the estimate or its upper bound.</summary>
    public double Drop(PairedDrop counts) => Confidence is { } confidence ? counts.DropUpperBound(confidence) : counts.Drop;

    /// <summary>Whether a candidate measured on the whole set is accurate enough.</summary>
    public bool IsFeasible(PairedDrop counts) => Drop(counts) <= MaxDrop + Slack;
}
