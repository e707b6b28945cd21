namespace Cluster.Coordinator.Results;

/// <summary>The result of a job's fine-tuning.</summary>
/// <param name="Tried">Whether it was tried.</param>
/// <param name="Kept">Whether the trained plan is the winner.</param>
/// <param name="Reason">Why it was not tried, or was kept or not, in a sentence.</param>
/// <param name="Epochs">Passes over the training images.</param>
/// <param name="Before">The plan that was trained, before training; the winner if nothing was trained.</param>
/// <param name="After">The trained plan's measurements, or null if there are none.</param>
/// <param name="Learned">SHA-256 of the learned parameters in the trained plan, or null if there are none.</param>
/// <param name="BestEpoch">The chosen epoch, or null.</param>
/// <param name="Images">Images trained on, or null.</param>
/// <param name="Seconds">Wall time of the last attempt, or null.</param>
public sealed record FineTuneTrial(
    bool Tried,
    bool Kept,
    string Reason,
    int Epochs,
    PlanMeasurement Before,
    PlanMeasurement? After = null,
    string? Learned = null,
    int? BestEpoch = null,
    int? Images = null,
    double? Seconds = null)
{
    /// <summary>The result for the next plan, tried if this one did not become accurate enough; null if there was none.</summary>
    public FineTuneTrial? Second { get; init; }
}
