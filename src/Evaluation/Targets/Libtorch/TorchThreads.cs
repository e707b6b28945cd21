using Cluster.Kernels.Tensors;

namespace Cluster.Evaluation.Targets.Libtorch;

/// <summary>Sets the threads of libtorch's operators in the whole process while it exists; timing has the machine to itself.</summary>
internal sealed class TorchThreads : IDisposable
{
    private readonly int _before = TorchSettings.Threads;

    public TorchThreads(int threads) => TorchSettings.Threads = threads;

    public void Dispose() => TorchSettings.Threads = _before;
}
