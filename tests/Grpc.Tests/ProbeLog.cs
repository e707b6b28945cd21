namespace Cluster.Grpc.Tests;

/// <summary>What the service saw, for tests to wait for.</summary>
public sealed class ProbeLog
{
    private int _written;

    public TaskCompletionSource Began { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource WriterWaits { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource WriterEnded { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource GoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Written => Volatile.Read(ref _written);

    public void CountWrite() => Interlocked.Increment(ref _written);
}
