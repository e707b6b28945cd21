using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Export.TensorRt.Rules;

/// <summary>If a sum is fused into a quantized layer, its other branch is quantized.</summary>
internal sealed class ResidualRule : ITensorRtRule
{
    public IEnumerable<string> Violations(QdqView file) => file.Graph.Nodes
        .Where(node => node.OpType == "Add"
            && node.Inputs.Any(input => IsFused(file, input))
            && !node.Inputs.Any(input => file.IsDequantized(input) || file.Graph.Initializers.ContainsKey(input)))
        .Select(node => node.Error(
            "adds a branch in float to a quantized layer; quantize the branch so that the sum is fused in INT8.").Message);

    private static bool IsFused(QdqView file, string tensor) =>
        file.Producer(tensor) is { } layer && file.HasQuantizedWeights(layer) && file.Readers(tensor).Count() == 1;
}
