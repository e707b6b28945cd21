using System.Text.Json.Serialization;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Work;

/// <summary>Build the plan's artefact and count how often it is right on images of the evaluation set.</summary>
/// <param name="Context">See <see cref="JobSpec.AccuracyContext"/>.</param>
/// <param name="Plan">The candidate.</param>
/// <param name="Images">Which images.</param>
public sealed record AccuracyItem(string Context, Plan Plan, ImageScope Images) : WorkItem(Context)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsCacheable => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => $"accuracy of {Plan}" + (Images.IsFull ? string.Empty : $" on {Images.Count} images");
}
