using Cluster.Kernels.Learning;

namespace Cluster.Kernels.Tests.Learning.Reconstruction;

/// <summary>What roundings are learned for, and from which images.</summary>
internal sealed record SmallReconstruction(GroupedGraph Graph, ImageBatches Images, ReconstructionStart Start)
{
    /// <summary>A residual network and noise, at 3-bit weights and 4-bit activations: a loop of a second.</summary>
    public static SmallReconstruction Residual()
    {
        var graph = Nets.Group(Nets.Residual());
        var images = Nets.Noise(48, 3, 8, 8, 16);
        return new(graph, images, ReconstructionStart.Of(Quantized(graph, images, weightBits: 3)));
    }

    /// <summary>4-bit activations, and 8 bits in the first and the last layer.</summary>
    public static QuantizedNetwork Quantized(GroupedGraph graph, ImageBatches images, int weightBits, LearnedParameters? learned = null)
    {
        using var net = new Calibrated(graph, images);
        GraphNode[] weighted = [.. graph.WeightedNodes];
        return net.Resolver.Resolve(
            [.. graph.Groups.Select(group => group.Nodes.Contains(weighted[0]) || group.Nodes.Contains(weighted[^1])
                ? Decide.Integer("mse", false)
                : Decide.Integer("mse", false, weightBits, 4))],
            learned);
    }

    /// <summary>The simulated network's logits.</summary>
    public float[] Logits(int weightBits, LearnedParameters learned)
    {
        using var float32 = new FloatNetwork(Graph);
        return float32.Run(Images, Quantized(Graph, Images, weightBits, learned), workers: 1, CancellationToken.None);
    }

    public ReconstructionResult Run(
        ReconstructionOptions options,
        StateFolder? state = null,
        Action<ReconstructionProgress>? see = null,
        CancellationToken cancellation = default) => Reconstructor.Run(
            Graph,
            Start,
            Images,
            options,
            state,
            see is null ? null : new Reports<ReconstructionProgress>(see),
            TimeProvider.System,
            cancellation);
}
