namespace Cluster.Networks.Graphs.Inference;

/// <summary>
/// Computes nodes that depend on constants alone by running them in ONNX Runtime: exporters' shape computations, and rearrangements of
/// weights.
/// </summary>
internal static class ConstantRun
{
    /// <summary>The values of some of the nodes' outputs.</summary>
    /// <param name="nodes">In execution order.</param>
    /// <param name="opset">The opset of their graph.</param>
    /// <param name="constant">Gives a node's input by name; null if another of the nodes computes it.</param>
    /// <param name="wanted">Names of outputs.</param>
    /// <exception cref="KernelException">ONNX Runtime cannot compute one of them; with its text, which names the node.</exception>
    public static IReadOnlyDictionary<string, TensorData> Of(
        IReadOnlyList<GraphNode> nodes, int opset, Func<string, TensorData?> constant, IReadOnlyList<string> wanted)
    {
        if (wanted.Count == 0)
        {
            return new Dictionary<string, TensorData>(StringComparer.Ordinal);
        }

        return Of(new ModelGraph
        {
            Name = "constants",
            Opset = opset,
            Inputs = [],
            Outputs = [.. wanted.Select(name => new ValueInfo(name, ElementType.Undefined, []))],
            Nodes = nodes,
            Initializers = nodes.SelectMany(node => node.Inputs).Where(name => name.Length > 0).Distinct(StringComparer.Ordinal)
                .Select(name => KeyValuePair.Create(name, constant(name)))
                .Where(pair => pair.Value is not null)
                .ToDictionary(pair => pair.Key, pair => pair.Value!, StringComparer.Ordinal),
        });
    }

    /// <summary>The outputs of a graph without inputs.</summary>
    /// <exception cref="KernelException">ONNX Runtime cannot compute one of them; with its text, which names the node.</exception>
    public static IReadOnlyDictionary<string, TensorData> Of(ModelGraph graph)
    {
        string[] wanted = [.. graph.Outputs.Select(output => output.Name)];
        _ = OrtRuntime.Instance;
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
            EnableCpuMemArena = false,
            EnableMemoryPattern = false,
        };
        using var usual = new RunOptions();
        try
        {
            using var session = OrtRuntime.Open(OnnxWriter.Write(graph), options);
            using var values = session.Run(usual, [], Array.Empty<OrtValue>(), wanted);
            return wanted.Zip(values).ToDictionary(pair => pair.First, pair => Copy(pair.Second), StringComparer.Ordinal);
        }
        catch (OnnxRuntimeException refused)
        {
            throw OrtRuntime.Error("A part of the network that depends on constants alone cannot be computed", refused);
        }
    }

    private static TensorData Copy(OrtValue value)
    {
        var form = value.GetTensorTypeAndShape();
        return new TensorData((ElementType)form.ElementDataType, form.Shape, value.GetTensorDataAsSpan<byte>().ToArray());
    }
}
