using Cluster.Kernels.Execution;
using Cluster.Kernels.Tensors;

namespace Cluster.Kernels.Learning.Parallel;

/// <summary>
/// Computes the parts of an iteration concurrently, a thread each. Within an operator there is one thread, as two threads on operators of
/// half a millisecond wait for each other most of the time.
/// </summary>
internal sealed class ShardTeam(int parts)
{
    public int Parts => parts;

    /// <summary>
    /// Calls <paramref name="body"/> with each part at the same time; an exception of a part ends the run and is rethrown.
    /// </summary>
    public void Run(Action<int> body) => Batches.ForEach(parts, parts, part =>
    {
        TorchSettings.ApplyThreads();
        body(part);
    }, CancellationToken.None);

    /// <summary>
    /// Calls <paramref name="body"/> with each number below <paramref name="count"/>; each part runs its numbers in order.
    /// </summary>
    public void ForEach(int count, Action<int> body, CancellationToken cancellation) => Run(part =>
    {
        for (int i = part; i < count; i += parts)
        {
            cancellation.ThrowIfCancellationRequested();
            body(i);
        }
    });
}
