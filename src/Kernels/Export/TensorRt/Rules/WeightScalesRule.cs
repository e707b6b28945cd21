using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Export.TensorRt.Rules;

/// <summary>Weights have one scale an output channel, on the axis of the output channels.</summary>
internal sealed class WeightScalesRule : ITensorRtRule
{
    public IEnumerable<string> Violations(QdqView file) => file.Weighted
        .Where(file.HasQuantizedWeights)
        .Select(node => Violation(file, node, file.Producer(node.Inputs[1])!))
        .OfType<string>();

    private static string? Violation(QdqView file, GraphNode node, GraphNode pair)
    {
        int axis = OutputAxis(node);
        if (file.Graph.Initializers.GetValueOrDefault(file.BeforePair(node.Inputs[1])) is not { } weights
            && (weights = file.Constant(pair, 0)) is null)
        {
            return null;
        }

        long channels = axis < weights.Shape.Length ? weights.Shape[axis] : 0;
        long scales = file.Constant(pair, 1)?.Count ?? 0;
        long found = pair.GetInt("axis", 1);
        found += found < 0 ? weights.Shape.Length : 0;
        return scales == channels && (scales == 1 || found == axis)
            ? null
            : node.Error($"has {scales} scales on axis {found} of its weights; one for each of {channels} output channels, on axis {axis}, "
                + "is expected.").Message;
    }

    // Of ConvTranspose (I, O/groups, kH, kW).
    private static int OutputAxis(GraphNode node) => node.OpType switch
    {
        "Conv" => 0,
        "Gemm" => node.GetInt("transB", 0) != 0 ? 0 : 1,
        _ => 1,
    };
}
