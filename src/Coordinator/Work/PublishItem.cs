using System.Text.Json.Serialization;

namespace Cluster.Coordinator.Work;

/// <summary>Make the files of a job whose winner is selected. Never proposed by a strategy: the job's end asks for it.</summary>
/// <param name="Context">The job's identity.</param>
/// <param name="PlanDigest">The winner.</param>
public sealed record PublishItem(string Context, string PlanDigest) : WorkItem(Context)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => "the winner's files";
}
