using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Learning.Reconstruction;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Tests.Execution;
using Cluster.Tests;

namespace Cluster.Kernels.Tests.Learning.Reconstruction;

/// <summary>A residual network and noise to learn its roundings from, at 3-bit weights and 4-bit activations: a loop of a second.</summary>
internal static class SmallReconstruction
{
    public static (GroupedGraph Graph, ImageBatches Images, ReconstructionStart Start) Subject()
    {
        var graph = Nets.Group(Nets.Residual());
        var images = Nets.Noise(48, 3, 8, 8, 16);
        return (graph, images, ReconstructionStart.Of(Quantized(graph, images, weightBits: 3)));
    }

    /// <summary>4-bit activations, and 8 bits in the first and the last layer.</summary>
    public static QuantizedNetwork Quantized(GroupedGraph graph, ImageBatches images, int weightBits, LearnedParameters? learned = null)
    {
        using var float32 = new FloatNetwork(graph);
        GraphNode[] weighted = [.. graph.WeightedNodes];
        return new PlanResolver(graph, Nets.Calibrate(float32, images)).Resolve(
            [.. graph.Groups.Select(group => group.Nodes.Contains(weighted[0]) || group.Nodes.Contains(weighted[^1])
                ? Decide.Integer("mse", false)
                : Decide.Integer("mse", false, weightBits, 4))],
            learned);
    }

    /// <summary>The simulated network's logits.</summary>
    public static float[] Logits(GroupedGraph graph, ImageBatches images, int weightBits, LearnedParameters learned)
    {
        using var float32 = new FloatNetwork(graph);
        return float32.Run(images, Quantized(graph, images, weightBits, learned), workers: 1, CancellationToken.None);
    }

    /// <summary>A run without state.</summary>
    public static ReconstructionResult Run(
        GroupedGraph graph, ImageBatches images, ReconstructionStart start, ReconstructionOptions options) =>
        Reconstructor.Run(graph, start, images, options, null, null, TimeProvider.System, CancellationToken.None);
}
