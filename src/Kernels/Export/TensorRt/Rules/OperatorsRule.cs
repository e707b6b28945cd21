using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Export.TensorRt.Rules;

/// <summary>Kernels on codes (QLinearConv, ConvInteger, DynamicQuantizeLinear, …) are not imported; only Q/DQ pairs are.</summary>
internal sealed class OperatorsRule : ITensorRtRule
{
    public IEnumerable<string> Violations(QdqView file) => file.Graph.Nodes
        .Where(node => node.OpType.StartsWith("QLinear", StringComparison.Ordinal) || node.OpType is "ConvInteger" or "MatMulInteger"
            or "DynamicQuantizeLinear")
        .Select(node => node.Error("computes on codes; TensorRT takes float operators between Q/DQ pairs.").Message);
}
