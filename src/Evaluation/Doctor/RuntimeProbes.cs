using Cluster.Evaluation.Targets.OnnxRuntime;

namespace Cluster.Evaluation.Doctor;

/// <summary>Checks ONNX Runtime and the execution providers with which a session really opens.</summary>
internal static class RuntimeProbes
{
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["CPUExecutionProvider"] = "cpu",
        ["CUDAExecutionProvider"] = "cuda",
        ["TensorrtExecutionProvider"] = "tensorrt",
    };

    public static IEnumerable<Finding> All()
    {
        string version = OrtRuntime.Version;
        yield return Finding.Ok("ONNX Runtime", $"{version}, {LoadedLibraries.Find("libonnxruntime.so") ?? "loaded"}");

        // The library lists what it was compiled for, even if the provider's own library or its GPU is missing.
        foreach (string provider in OrtRuntime.Providers)
        {
            yield return Known.TryGetValue(provider, out string? name)
                ? Try(provider, name)
                : Finding.Ok("provider", $"{provider}: listed, not used by this program");
        }
    }

    private static Finding Try(string provider, string name)
    {
        if (ProviderProbe.Problem(name) is not { } problem)
        {
            return Finding.Ok("provider", $"{provider}: can be used");
        }

        string found = $"{provider}: listed, but cannot be used here ({problem})";
        return name == "cpu" ? Finding.Fail("provider", found, "use another build of ONNX Runtime")
            : HasGpu() ? Finding.Warn("provider", found, "to measure on the GPU, install what the message names")
            : Finding.Ok("provider", found);
    }

    // NVIDIA's driver creates this device; without it a missing GPU provider does not matter.
    private static bool HasGpu() => File.Exists("/dev/nvidiactl");
}
