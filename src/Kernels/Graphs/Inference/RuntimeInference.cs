using Cluster.Kernels.Graphs.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace Cluster.Kernels.Graphs.Inference;

/// <summary>Types and shapes as ONNX Runtime infers them when it opens a graph, for operators without a rule of our own.</summary>
internal static class RuntimeInference
{
    // Constants up to this size may be sizes or axes; larger ones are stated by type and shape only, which copies no weights.
    private const long LargestValue = 4096;

    /// <summary>Type and shape of each wanted value; -1 is an unknown size, a type that is no tensor's is Undefined.</summary>
    /// <exception cref="KernelException">ONNX Runtime refuses the graph; with its text, which names the node.</exception>
    public static IReadOnlyDictionary<string, ValueInfo> Of(ModelGraph graph, IReadOnlyList<string> wanted)
    {
        var stated = graph.Initializers.Where(constant => constant.Value.Count > LargestValue).ToArray();
        var asked = graph with
        {
            Inputs = [.. graph.Inputs, .. stated.Select(pair => new ValueInfo(pair.Key, pair.Value.Type, pair.Value.Shape))],
            Initializers = graph.Initializers.Where(pair => pair.Value.Count <= LargestValue).ToDictionary(StringComparer.Ordinal),
            Outputs = [.. wanted.Select(name => new ValueInfo(name, ElementType.Undefined, []))],
        };
        _ = OrtRuntime.Instance;
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
            EnableCpuMemArena = false,
        };
        try
        {
            using var session = new InferenceSession(OnnxWriter.Write(asked), options);
            return session.OutputMetadata.ToDictionary(pair => pair.Key, pair => Info(pair.Key, pair.Value), StringComparer.Ordinal);
        }
        catch (OnnxRuntimeException refused)
        {
            throw OrtRuntime.Error("ONNX Runtime cannot open the network", refused);
        }
    }

    private static ValueInfo Info(string name, NodeMetadata found) => found.IsTensor
        ? new ValueInfo(name, (ElementType)found.ElementDataType, [.. found.Dimensions.Select(size => size > 0 ? size : -1L)])
        : new ValueInfo(name, ElementType.Undefined, []) { ShapeKnown = false };
}
