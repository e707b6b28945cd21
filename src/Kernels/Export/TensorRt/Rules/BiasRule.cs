using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Export.TensorRt.Rules;

/// <summary>
/// Biases of quantized layers are float32 constants, since TensorRT quantizes them itself; those of other layers have the type of their
/// weights.
/// </summary>
internal sealed class BiasRule : ITensorRtRule
{
    public IEnumerable<string> Violations(QdqView file) => file.Weighted
        .Where(node => node.HasInput(2) && file.Constant(node, 2)?.Type != (file.Constant(node, 1)?.Type ?? ElementType.Float))
        .Select(node => node.Error($"has a bias '{node.Inputs[2]}' that is no float32 constant; leave biases in float.").Message);
}
