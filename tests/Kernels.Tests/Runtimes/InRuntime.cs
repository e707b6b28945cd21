using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Runtimes;

namespace Cluster.Kernels.Tests.Runtimes;

/// <summary>Runs a network in ONNX Runtime.</summary>
internal static class InRuntime
{
    /// <summary>The elements of the first output.</summary>
    public static float[] Run(byte[] file, params IReadOnlyList<TensorData> inputs)
    {
        using var session = OrtSession.Open(file, new OrtSessionOptions());
        return session.Run(inputs, [session.OutputNames[0]])[0].As<float>().ToArray();
    }

    /// <summary>The elements of the first output.</summary>
    public static float[] Run(ModelGraph graph, params IReadOnlyList<TensorData> inputs) => Run(OnnxWriter.Write(graph), inputs);
}
