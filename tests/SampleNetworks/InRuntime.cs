using Microsoft.ML.OnnxRuntime;

namespace Cluster.Tests;

/// <summary>Runs a network in ONNX Runtime.</summary>
internal static class InRuntime
{
    /// <summary>The elements of the first output.</summary>
    public static float[] Run(byte[] file, params IReadOnlyList<TensorData> inputs) => Run(file, new OrtSessionOptions(), inputs);

    private static float[] Run(byte[] file, OrtSessionOptions options, IReadOnlyList<TensorData> inputs)
    {
        using var session = OrtSession.Open(ModelFile.Of(file), options);
        return session.Run(inputs, [session.OutputNames[0]])[0].As<float>().ToArray();
    }

    /// <summary>The elements of the first output.</summary>
    public static float[] Run(ModelGraph graph, params IReadOnlyList<TensorData> inputs) => Run(OnnxWriter.Write(graph).Message, inputs);

    /// <summary>The same, of a file that the runtime runs as it is written.</summary>
    public static float[] RunAsWritten(byte[] file, params IReadOnlyList<TensorData> inputs) =>
        Run(file, new OrtSessionOptions { Optimize = GraphOptimizationLevel.ORT_DISABLE_ALL }, inputs);

    /// <summary>Two graphs are one function: each is computed as it is written.</summary>
    public static void ShouldAgree(ModelGraph one, ModelGraph other, TensorData input) =>
        RunAsWritten(OnnxWriter.Write(other).Message, input).ShouldBe(RunAsWritten(OnnxWriter.Write(one).Message, input), 1e-5);
}
