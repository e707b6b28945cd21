namespace Cluster.Kernels.Tensors;

/// <summary>Sets the threads of libtorch's operators in the whole process until disposed.</summary>
public sealed class TorchThreads : IDisposable
{
    private readonly int _before = TorchSettings.Threads;

    /// <summary>Sets them.</summary>
    public TorchThreads(int threads) => TorchSettings.Threads = threads;

    /// <summary>Sets what was before.</summary>
    public void Dispose() => TorchSettings.Threads = _before;
}
