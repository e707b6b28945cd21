namespace Cluster.Grains.Nodes;

/// <summary>A request that waits for a slot.</summary>
/// <param name="request">The request.</param>
/// <param name="since">The time of the first request.</param>
internal sealed class SlotWaiter(SlotRequest request, DateTimeOffset since)
{
    public DateTimeOffset Since => since;

    public SlotRequest Request { get; } = request;

    public TaskCompletionSource<SlotGrant> Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
