using Cluster.Kernels;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Runtimes;

namespace Cluster.Evaluation.Doctor;

/// <summary>ONNX Runtime and the execution providers that a session really opens with.</summary>
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
        yield return Finding.Ok("ONNX Runtime", $"{version}, {OrtRuntime.LibraryPath}");

        // The library lists what it was compiled for, also where the provider's own library or its GPU is missing.
        byte[] model = OnnxWriter.Write(Tiny());
        foreach (string provider in OrtRuntime.Providers)
        {
            yield return Known.TryGetValue(provider, out string? name)
                ? Try(provider, name, model)
                : Finding.Ok("provider", $"{provider}: listed, not used by this program");
        }
    }

    private static Finding Try(string provider, string name, byte[] model)
    {
        try
        {
            using var session = OrtSession.Open(model, new OrtSessionOptions { Provider = name, AllowSpinning = false });
            float[] output = new float[2];
            session.Run([-1, 1], [1, 2], output);
            return output is [0, 1]
                ? Finding.Ok("provider", $"{provider}: can be used")
                : Finding.Fail(
                    "provider", $"{provider}: computes Relu(-1, 1) = ({output[0]}, {output[1]})", "use another build of ONNX Runtime");
        }
        catch (KernelException failure)
        {
            string found = $"{provider}: listed, but cannot be used here ({Reason(failure.Message)})";
            return name == "cpu" ? Finding.Fail("provider", found, "use another build of ONNX Runtime")
                : HasGpu() ? Finding.Warn("provider", found, "to measure on the GPU, install what the message names")
                : Finding.Ok("provider", found);
        }
    }

    // NVIDIA's driver makes this device; without it no provider for its GPUs can be missed.
    private static bool HasGpu() => File.Exists("/dev/nvidiactl");

    // ONNX Runtime puts its own source file before the reason.
    private static string Reason(string message) => message.Split(" : FAIL : ")[^1];

    private static ModelGraph Tiny() => new()
    {
        Name = "doctor",
        Opset = 13,
        Inputs = [new ValueInfo("x", ElementType.Float, [1, 2])],
        Outputs = [new ValueInfo("y", ElementType.Float, [1, 2])],
        Nodes = [new GraphNode("relu", "Relu", ["x"], ["y"], new Dictionary<string, AttributeValue>(StringComparer.Ordinal))],
        Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal),
    };
}
