using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Export.TensorRt.Rules;

/// <summary>Codes are int8 with the zero point 0. (Without a zero point they would be uint8.)</summary>
internal sealed class SymmetryRule : ITensorRtRule
{
    public IEnumerable<string> Violations(QdqView file) => file.Pairs
        .Where(node => file.Constant(node, 0) is not { Type: ElementType.Int32 }) // a bias, which has a rule of its own
        .Where(node => file.Constant(node, 2) is not { Type: ElementType.Int8 } zero || zero.Bytes.Span.ContainsAnyExcept((byte)0))
        .Select(node => node.Error("has no zero point of int8 zeros; TensorRT's INT8 is symmetric.").Message);
}
