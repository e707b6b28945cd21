using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Export.TensorRt.Rules;

/// <summary>No pair stands between a layer and its activation function, which TensorRT fuses.</summary>
internal sealed class ActivationsRule : ITensorRtRule
{
    public IEnumerable<string> Violations(QdqView file) => file.Graph.Nodes
        .Where(node => node.OpType is "Relu" or "Clip"
            && file.IsDequantized(node.Inputs[0])
            && file.Producer(file.BeforePair(node.Inputs[0])) is { } layer
            && file.IsWeighted(layer))
        .Select(node => node.Error("is parted from its layer by a Q/DQ pair; quantize behind the activation function.").Message);
}
