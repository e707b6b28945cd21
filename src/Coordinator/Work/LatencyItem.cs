using System.Text.Json.Serialization;
using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Work;

/// <summary>Measure the latency of the plan's artefact, interleaved with the FP32 network.</summary>
/// <param name="Context">See <see cref="Model.JobSpec.LatencyContext"/>.</param>
/// <param name="Plan">The candidate.</param>
public sealed record LatencyItem(string Context, Plan Plan) : WorkItem(Context)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsExclusive => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => $"latency of {Plan}";
}
