using System.Text.Json.Serialization;
using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Work;

/// <summary>
/// Train the numbers of the winner, the precision of every group as it is, and measure the file that comes of it. Never proposed by a strategy: it
/// follows the selection. Long: it keeps checkpoints, and whoever tries it again goes on from there.
/// </summary>
/// <param name="Context">See <see cref="Model.JobSpec.FineTuneContext"/>.</param>
/// <param name="Plan">The winner.</param>
/// <param name="Epochs">Passes over the training images.</param>
/// <param name="Learned">SHA-256 of the learned parameters that the winner is built with, or null where there are none.</param>
public sealed record FineTuneItem(string Context, Plan Plan, int Epochs, string? Learned = null) : WorkItem(Context)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsLong => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => $"fine-tuning of the winner, {Epochs} {(Epochs == 1 ? "epoch" : "epochs")}";
}
