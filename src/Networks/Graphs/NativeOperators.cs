namespace Cluster.Networks.Graphs;

/// <summary>
/// Which nodes the interpreter computes itself, by <see cref="OperatorCatalog"/>. ONNX Runtime executes every other node, as a part of the
/// network in float through which no gradient flows.
/// </summary>
internal static class NativeOperators
{
    /// <summary>Whether the interpreter computes the node.</summary>
    /// <param name="types">Types of all values, see <see cref="ElementTypes"/>.</param>
    public static bool Has(GraphNode node, ModelGraph graph, IReadOnlyDictionary<string, ElementType> types) =>
        HasForm(node)
        && !(node.OpType == "Gemm" && node.GetInt("transA", 0) != 0 && graph.Initializers.ContainsKey(node.Inputs[1]))
        && (node.OpType != "Range" || types.GetValueOrDefault(node.Output) == ElementType.Int64)
        && OperatorCatalog.Entries[node.OpType].ConstantInputs.All(
            input => !node.HasInput(input) || graph.Initializers.ContainsKey(node.Inputs[input]))
        && node.Inputs.Append(node.Output).All(value => value.Length == 0 || IsComputed(types.GetValueOrDefault(value)));

    /// <summary>Whether operator and attributes are such, whatever it reads.</summary>
    public static bool HasForm(GraphNode node) => node.Domain.Length == 0 && OperatorCatalog.Entries.ContainsKey(node.OpType)
        && node.HasInput(0) && node.Outputs.Skip(1).All(output => output.Length == 0) && node.OpType switch
        {
            "AveragePool" => node.GetInts("kernel_shape") is not { Count: > 3 }
                && (node.GetInts("dilations") is not { } steps || steps.All(step => step == 1)),
            "Pad" => node.GetText("mode", "constant") is "constant" or "reflect" or "edge",
            "LSTM" or "GRU" => RecurrentGeometry.IsUsual(node),
            "Resize" => ResizeGeometry.IsUsual(node),
            "Conv" or "ConvTranspose" or "MaxPool" => node.GetInts("kernel_shape") is not { Count: > 3 },
            _ => true,
        };

    /// <summary>Whether kernels compute with values of the type.</summary>
    private static bool IsComputed(ElementType type) =>
        type is ElementType.Float or ElementType.Int64 or ElementType.Int32 or ElementType.Bool;
}
