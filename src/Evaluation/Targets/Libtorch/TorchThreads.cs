using Cluster.Kernels.Tensors;

namespace Cluster.Evaluation.Targets.Libtorch;

/// <summary>Threads of libtorch's operators in the whole process, as long as it lives; timing is alone on the machine.</summary>
internal sealed class TorchThreads : IDisposable
{
    private readonly int _before = TorchSettings.Threads;

    public TorchThreads(int threads) => TorchSettings.Threads = threads;

    public void Dispose() => TorchSettings.Threads = _before;
}
