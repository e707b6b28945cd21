namespace Cluster.Evaluation.Targets.OnnxRuntime;

/// <summary>Opens sessions for whole batches.</summary>
internal static class LargeSession
{
    /// <summary>
    /// Opens one. Its own tensors will need about as much memory as those that libtorch freed, so that memory is returned first.
    /// </summary>
    public static OrtSession Open(ModelFile file, OrtSessionOptions options)
    {
        TorchSettings.ReleaseFreedMemory();
        return OrtSession.Open(file, options);
    }
}
