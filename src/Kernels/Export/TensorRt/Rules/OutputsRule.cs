using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Export.TensorRt.Rules;

/// <summary>The network's outputs are not quantized.</summary>
internal sealed class OutputsRule : ITensorRtRule
{
    public IEnumerable<string> Violations(QdqView file) => file.Pairs
        .Where(node => file.Graph.Outputs.Any(output => output.Name == node.Output))
        .Select(node => node.Error($"writes the network's output '{node.Output}'; leave outputs in float.").Message);
}
