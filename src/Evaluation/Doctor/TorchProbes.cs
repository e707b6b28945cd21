using Cluster.Kernels.Tensors;

namespace Cluster.Evaluation.Doctor;

/// <summary>libtorch, our library on it, and CUDA.</summary>
internal static class TorchProbes
{
    public static IEnumerable<Finding> All()
    {
        string version = TorchSettings.Version;
        yield return Finding.Ok("native library", LoadedLibraries.Find("libcluster_kernels") ?? "loaded");
        yield return Finding.Ok(
            "libtorch", $"{version}, {TorchSettings.Threads} thread(s) an operator, {LoadedLibraries.Find("libtorch_cpu") ?? "loaded"}");
        yield return TorchSettings.CudaDevices is > 0 and var devices
            ? Finding.Ok(
                "CUDA",
                $"{devices} device(s) in libtorch; "
                + (TorchSettings.HasCudaKernels
                    ? "--device cuda can be used"
                    : "no --device cuda, as the native library was built without nvcc"))
            : Finding.Ok("CUDA", "none in libtorch; everything runs on the processor");
    }
}
