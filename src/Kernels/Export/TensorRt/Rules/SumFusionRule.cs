using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Export.TensorRt.Rules;

/// <summary>No pair stands between a residual sum and the layer that it is fused into.</summary>
internal sealed class SumFusionRule : ITensorRtRule
{
    public IEnumerable<string> Violations(QdqView file) => file.Graph.Nodes
        .Where(node => node.OpType == "Add"
            && !node.Inputs.Any(input => IsLayer(file, input))
            && node.Inputs.Any(input => IsParted(file, input)))
        .Select(node => node.Error("is parted from its layer by a Q/DQ pair; quantize the other branch only.").Message);

    private static bool IsLayer(QdqView file, string tensor) => file.Producer(tensor) is { } layer && file.HasQuantizedWeights(layer);

    private static bool IsParted(QdqView file, string tensor) =>
        file.IsDequantized(tensor) && IsLayer(file, file.BeforePair(tensor)) && file.Readers(file.BeforePair(tensor)).Count() == 1;
}
