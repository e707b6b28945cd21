using Cluster.Grains.Contracts;

namespace Cluster.Grains.Nodes;

/// <summary>A request that waits for a slot.</summary>
/// <param name="request">What it wants.</param>
/// <param name="since">When it was asked for first.</param>
internal sealed class SlotWaiter(SlotRequest request, DateTimeOffset since)
{
    public DateTimeOffset Since => since;

    public SlotRequest Request { get; } = request;

    public TaskCompletionSource<SlotGrant> Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
