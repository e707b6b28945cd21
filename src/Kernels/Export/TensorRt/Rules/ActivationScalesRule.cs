using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Export.TensorRt.Rules;

/// <summary>An activation has one scale.</summary>
internal sealed class ActivationScalesRule : ITensorRtRule
{
    public IEnumerable<string> Violations(QdqView file) => file.Pairs
        .Where(node => !file.IsOfConstant(node) && file.Constant(node, 1) is { Count: not 1 })
        .Select(node => node.Error(
            $"quantizes an activation with {file.Constant(node, 1)!.Count} scales; TensorRT takes one a tensor.").Message);
}
