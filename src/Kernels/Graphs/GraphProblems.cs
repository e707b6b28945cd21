using System.Numerics.Tensors;

namespace Cluster.Kernels.Graphs;

/// <summary>Finds the reasons in a file itself why its network is not supported, before anything is rewritten.</summary>
public static class GraphProblems
{
    /// <summary>One sentence each for inputs, outputs and every operator that is not supported; empty if all are.</summary>
    public static IReadOnlyList<string> Of(ModelGraph file) => [.. Ends(file), .. Types(file), .. Constants(file), .. Forms(file),
        .. SupportedOperators.Unknown(file)];

    /// <summary>Throws unless the file may be normalised.</summary>
    /// <exception cref="KernelException">All of <see cref="Of"/>.</exception>
    public static void Verify(ModelGraph file) => SupportedOperators.Refuse(Of(file));

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

    // ONNX Runtime ends the process on some of these files, whether the further outputs have names or not.
    private static IEnumerable<string> Forms(ModelGraph graph) => graph.Nodes
        .Where(node => node.OpType == "BatchNormalization" && node.Outputs.Count > 1)
        .Select(node => node.Error($"states {node.Outputs.Count} outputs, as for training; one is expected: export the network for "
            + "inference.")
            .Message);

    internal static IEnumerable<string> Types(ModelGraph graph) =>
    [
        .. graph.Inputs.Where(input => input.Type is not (ElementType.Float or ElementType.Int64 or ElementType.Int32 or ElementType.Bool))
            .Select(input => $"The input '{input.Name}' has element type {input.Type}; expected float, int64, int32 or bool: export the "
                + "network in float32."),
        .. graph.Outputs.Where(output => output.Type is not (ElementType.Float or ElementType.Undefined))
            .Select(output => $"The output '{output.Name}' has element type {output.Type}; expected float: export the network without "
                + "what follows its last float tensor, such as an ArgMax."),
    ];
}
