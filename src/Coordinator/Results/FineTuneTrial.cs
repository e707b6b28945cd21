using Cluster.Coordinator.Search;

namespace Cluster.Coordinator.Results;

/// <summary>What became of a job's fine-tuning.</summary>
/// <param name="Tried">Whether there was one.</param>
/// <param name="Kept">Whether what came of it is the winner.</param>
/// <param name="Reason">Why it was not tried, or was kept or not, in a sentence.</param>
/// <param name="Epochs">Passes over the training images.</param>
/// <param name="Before">The plan that was trained, as it was; the winner where nothing was.</param>
/// <param name="After">The trained plan's measurements, or null where there are none.</param>
/// <param name="Learned">SHA-256 of the learned parameters that the trained plan is built with, or null where there are none.</param>
/// <param name="BestEpoch">Epoch that was taken, or null.</param>
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
    /// <summary>What became of the next plan, which followed where this one did not become accurate enough; null where none did.</summary>
    public FineTuneTrial? Second { get; init; }
}
