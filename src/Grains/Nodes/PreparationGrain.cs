using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Grains.Contracts;
using Cluster.Grains.Placement;

namespace Cluster.Grains.Nodes;

/// <summary>A reading of a job's files, as a door to this silo's <see cref="LocalPreparations"/>.</summary>
[Reentrant]
[OnItsNode]
[GrainType("cluster-preparation")]
internal sealed class PreparationGrain(LocalNode node, LocalPreparations readings) : Grain, IPreparationGrain
{
    public async Task<NodePreparation> PrepareAsync(Carried inputs, Carried options, TimeSpan wait)
    {
        var key = this.GetPrimaryKeyString();
        var reply = string.Equals(NodeKey.NodeOf(key), node.Id, StringComparison.Ordinal)
            ? await readings.PrepareAsync(key, inputs.Value<JobInputs>(), options.Value<JobOptions>(), wait)
            : new NodePreparation(IsOver: true, IsGone: true);
        if (reply.IsOver)
        {
            DeactivateOnIdle();
        }

        return reply;
    }
}
