using System.Numerics.Tensors;

namespace Cluster.Networks.Graphs;

/// <summary>Finds the reasons in a file itself why its network is not supported, before anything is rewritten.</summary>
public static class GraphProblems
{
    private static readonly HashSet<string> Random = new(StringComparer.Ordinal)
    {
        "Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike",
    };

    /// <summary>One sentence each for inputs, outputs and nodes that are not supported; empty if all are.</summary>
    public static IReadOnlyList<string> Of(ModelGraph file) => [.. Ends(file), .. Constants(file), .. Forms(file)];

    /// <summary>Throws unless the file may be normalised.</summary>
    /// <exception cref="KernelException">All of <see cref="Of"/>.</exception>
    public static void Verify(ModelGraph file) => Refuse(Of(file));

    /// <summary>Throws unless the nodes and what they read are supported.</summary>
    /// <exception cref="KernelException">All of their problems.</exception>
    internal static void VerifyNodes(ModelGraph graph) => Refuse([.. Constants(graph), .. Forms(graph)]);

    internal static void Refuse(IReadOnlyList<string> problems)
    {
        if (problems.Count > 0)
        {
            throw new KernelException(string.Join(' ', problems));
        }
    }

    internal static IEnumerable<string> Ends(ModelGraph graph)
    {
        if (graph.Inputs.Count == 0 || graph.Outputs.Count == 0)
        {
            yield return
                $"The network has {graph.Inputs.Count} inputs and {graph.Outputs.Count} outputs; at least one of each is expected.";
        }
    }

    // A NaN spoils whatever it meets; infinity is usual in masks and means a broken export among weights.
    private static IEnumerable<string> Constants(ModelGraph graph) => graph.Nodes
        .SelectMany(node => node.Inputs.Index().Select(input => (Node: node, input.Index, Name: input.Item)))
        .Where(read => graph.Initializers.ContainsKey(read.Name))
        .Select(read => (read.Node, read.Name, Found: Unusual(
            graph.Initializers[read.Name], read.Index == 1 && read.Node.OpType is "Conv" or "ConvTranspose" or "Gemm" or "MatMul")))
        .Where(read => read.Found is not null)
        .DistinctBy(read => read.Name, StringComparer.Ordinal)
        .Select(read => $"The constant '{read.Name}', which node '{read.Node.Name}' ({read.Node.OpType}) reads, holds {read.Found}; "
            + "expected numbers: export the network again from sound weights.");

    private static string? Unusual(TensorData constant, bool isWeight)
    {
        if (constant.Type != ElementType.Float || constant.Count == 0)
        {
            return null;
        }

        float largest = TensorPrimitives.MaxMagnitude(constant.As<float>());
        return float.IsNaN(largest) ? "NaN" : isWeight && float.IsInfinity(largest) ? "infinity" : null;
    }

    private static IEnumerable<string> Forms(ModelGraph graph) => graph.Nodes.Select(node => node.OpType switch
    {
        _ when node.Domain.Length > 0 => null,

        // ONNX Runtime ends the process on some of these files, whether the further outputs have names or not.
        "BatchNormalization" when node.Outputs.Count > 1 =>
            node.Error($"states {node.Outputs.Count} outputs, as for training; one is expected: export the network for inference."),
        "BatchNormalization" when node.GetInt("training_mode", 0) != 0 =>
            node.Error("is in training mode; export the network for inference."),
        "Dropout" when RedundantNodeRemoval.IsTraining(node, graph) =>
            node.Error("is in training mode; export the network for inference."),
        _ when Random.Contains(node.OpType) =>
            node.Error("draws random numbers, so that no two runs agree: give them to the network as an input."),
        _ => null,
    }).OfType<KernelException>().Select(problem => problem.Message);
}
