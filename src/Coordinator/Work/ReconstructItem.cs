using System.Text.Json.Serialization;
using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Work;

/// <summary>
/// One step of an escalation: learn the roundings of a plan, the precision of every group as it is, and measure the file that comes of it; or find out
/// first whether weights are worth it. Never proposed by a strategy: it follows the selection. Finished blocks are kept, and whoever tries it again goes
/// on after them.
/// </summary>
/// <param name="Context">See <see cref="Model.JobSpec.ReconstructionContext"/>.</param>
/// <param name="Plan">The plan whose roundings are learned.</param>
/// <param name="Step">By which method.</param>
/// <param name="Iterations">Iterations a block, a layer for AdaRound; 0 for the probe.</param>
public sealed record ReconstructItem(string Context, Plan Plan, ReconstructionStep Step, int Iterations) : WorkItem(Context)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsLong => Step != ReconstructionStep.Probe;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => Step switch
    {
        ReconstructionStep.Probe => "probe with FP32 weights",
        ReconstructionStep.AdaRound => $"AdaRound, {Iterations} iterations a layer",
        _ => $"{Step.Title()}, {Iterations} iterations a block",
    };
}
