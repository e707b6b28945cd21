namespace Cluster.Silo.Workers.Child;

/// <summary>
/// The variables that children inherit from the silo: an allow-list of those needed to run and compute. Others may contain passwords.
/// </summary>
internal static class InheritedEnvironment
{
    private static readonly string[] Names =
    [
        "PATH", "HOME", "TMPDIR", "TZ", "LANG", "LANGUAGE", "LD_LIBRARY_PATH", "LD_PRELOAD", "CLUSTER_ONNXRUNTIME",
    ];

    // Settings of the runtime and of numeric libraries.
    private static readonly string[] Prefixes =
    [
        "LC_", "DOTNET_", "MALLOC_", "GLIBC_TUNABLES", "OMP_", "GOMP_", "KMP_", "MKL_", "OPENBLAS_", "ATEN_", "TORCH_",
        "PYTORCH_", "ORT_", "CUDA_", "CUBLAS_", "CUDNN_", "NVIDIA_", "NCCL_",
    ];

    public static bool Holds(string name) =>
        Names.Contains(name, StringComparer.Ordinal) || Array.Exists(Prefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
