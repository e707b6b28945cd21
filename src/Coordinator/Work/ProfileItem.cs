using System.Text.Json.Serialization;
using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Work;

/// <summary>Measure each group in FP32 and in 8 bits by the runtime's per-kernel profile, and what quantizing and dequantizing each edge costs.</summary>
/// <param name="Context">See <see cref="Model.JobSpec.LatencyContext"/>.</param>
/// <param name="Plan">An all-8-bit plan.</param>
public sealed record ProfileItem(string Context, Plan Plan) : WorkItem(Context)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsExclusive => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => "profile of each group";
}
