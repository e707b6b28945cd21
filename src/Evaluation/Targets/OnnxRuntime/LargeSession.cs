using Cluster.Kernels.Runtimes;
using Cluster.Kernels.Tensors;

namespace Cluster.Evaluation.Targets.OnnxRuntime;

/// <summary>Sessions that run whole batches.</summary>
internal static class LargeSession
{
    /// <summary>
    /// Opens one. It will want about as much memory for its own tensors as libtorch did for those that it has freed, which are therefore
    /// given back first.
    /// </summary>
    public static OrtSession Open(byte[] file, OrtSessionOptions options)
    {
        TorchSettings.ReleaseFreedMemory();
        return OrtSession.Open(file, options);
    }
}
