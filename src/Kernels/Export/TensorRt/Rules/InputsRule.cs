using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Export.TensorRt.Rules;

/// <summary>In a layer with weights, the activation and the weights are either both quantized or both not.</summary>
internal sealed class InputsRule : ITensorRtRule
{
    public IEnumerable<string> Violations(QdqView file) => file.Weighted
        .Where(node => file.IsDequantized(node.Inputs[0]) != file.IsDequantized(node.Inputs[1]))
        .Select(node => node.Error(file.IsDequantized(node.Inputs[0])
            ? "reads a quantized activation with weights that are not; it would run in float behind a Q/DQ pair of no use."
            : "has quantized weights and reads an activation that is not; quantize its input, too.").Message);
}
