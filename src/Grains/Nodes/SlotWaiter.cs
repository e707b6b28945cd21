using Cluster.Grains.Contracts;

namespace Cluster.Grains.Nodes;

/// <summary>A request that waits for a slot.</summary>
internal sealed class SlotWaiter(SlotRequest request, long order)
{
    public SlotRequest Request { get; } = request;

    /// <summary>Its place in the order of arrival.</summary>
    public long Order { get; } = order;

    public TaskCompletionSource<SlotGrant> Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
