using System.Text.Json.Serialization;

namespace Cluster.Coordinator.Work;

/// <summary>One sweep over all groups with cached prefixes: each group alone in 8 bits, all others in FP32.</summary>
/// <param name="Context">See <see cref="Model.JobSpec.AccuracyContext"/>.</param>
/// <param name="Calibrator">The calibrator of the group in 8 bits.</param>
/// <param name="Images">How many images of the evaluation set, from its first (all, where it has fewer).</param>
public sealed record SensitivityItem(string Context, string Calibrator, int Images) : WorkItem(Context)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsCacheable => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => $"sensitivity of each group ({Calibrator}, {Images} images)";
}
