using System.Text.Json.Serialization;
using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Work;

/// <summary>Count how often the winner, and FP32, are right on the test set: once in a job.</summary>
/// <param name="Context">See <see cref="Model.JobSpec.TestContext"/>.</param>
/// <param name="Plan">The winner.</param>
public sealed record TestItem(string Context, Plan Plan) : WorkItem(Context)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => $"test of {Plan}";
}
