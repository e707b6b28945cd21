using Cluster.Kernels.Tensors;

namespace Cluster.Kernels.Learning.Parallel;

/// <summary>
/// Limits libtorch to one thread per operator, in the whole process, until disposed: learning runs its own threads concurrently
/// (<see cref="ShardTeam"/>), and operators of half a millisecond would wait for their threads most of the time.
/// </summary>
internal sealed class SingleThreadedOperators : IDisposable
{
    private readonly int _before = TorchSettings.Threads;

    public SingleThreadedOperators() => TorchSettings.Threads = 1;

    public void Dispose() => TorchSettings.Threads = _before;
}
