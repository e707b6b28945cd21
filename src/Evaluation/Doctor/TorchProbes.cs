namespace Cluster.Evaluation.Doctor;

/// <summary>Checks libtorch and CUDA.</summary>
internal static class TorchProbes
{
    public static IEnumerable<Finding> All()
    {
        string version = TorchSettings.Version;
        yield return Finding.Ok(
            "libtorch",
            $"{version}, TorchSharp {typeof(TorchSharp.torch).Assembly.GetName().Version?.ToString(3)}, "
            + $"{TorchSettings.Threads} thread(s) an operator, {LoadedLibraries.Find("libtorch_cpu") ?? "loaded"}");
        if (TorchLibrary.IsMended)
        {
            yield return Finding.Ok("libstdc++", "older than TorchSharp's: its library is loaded from a patched copy in memory");
        }

        yield return TorchSettings.CudaDevices is > 0 and var devices
            ? Finding.Ok("CUDA", $"{devices} device(s) in libtorch; --device cuda can be used")
            : Finding.Ok("CUDA", "none in libtorch; everything runs on the processor");
    }
}
