using Cluster.Kernels.Tensors;

namespace Cluster.Kernels.Learning.Parallel;

/// <summary>
/// One thread within an operator of libtorch, in the whole process, until disposed: learning has its threads beside
/// each other (<see cref="ShardTeam"/>), as operators of half a millisecond would wait for their threads most of the
/// time.
/// </summary>
internal sealed class SingleThreadedOperators : IDisposable
{
    private readonly int _before = TorchSettings.Threads;

    public SingleThreadedOperators() => TorchSettings.Threads = 1;

    public void Dispose() => TorchSettings.Threads = _before;
}
