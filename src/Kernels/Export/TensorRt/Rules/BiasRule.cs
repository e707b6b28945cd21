using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Export.TensorRt.Rules;

/// <summary>Biases are constants of float32: TensorRT quantizes them itself.</summary>
internal sealed class BiasRule : ITensorRtRule
{
    public IEnumerable<string> Violations(QdqView file) => file.Weighted
        .Where(node => node.HasInput(2) && file.Constant(node, 2) is not { Type: ElementType.Float })
        .Select(node => node.Error($"has a bias '{node.Inputs[2]}' that is no float32 constant; leave biases in float.").Message);
}
