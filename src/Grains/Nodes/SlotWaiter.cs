using Cluster.Grains.Contracts;

namespace Cluster.Grains.Nodes;

/// <summary>A request that waits for a slot.</summary>
internal sealed class SlotWaiter(SlotRequest request)
{
    public SlotRequest Request { get; } = request;

    public TaskCompletionSource<SlotGrant> Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
