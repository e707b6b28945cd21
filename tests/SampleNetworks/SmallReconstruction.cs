using Cluster.Learning;
using Cluster.Learning.Reconstruction;

namespace Cluster.Tests;

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

    /// <summary>Two layers over the eight rows of an image, as a transformer has over its tokens, and one over all of them.</summary>
    public static SmallReconstruction Tokens()
    {
        var graph = Nets.Group(new GraphBuilder(17, -1, 1, 8, 8)
            .Ints("rows", -1, 8, 8)
            .Constant("w1", Nets.Random([8, 16], 1)).Floats("b1", [16], Nets.Values(16, 2))
            .Constant("w2", Nets.Random([16, 8], 3)).Floats("b2", [8], Nets.Values(8, 4))
            .Constant("w3", Nets.Random([64, 4], 5)).Floats("b3", [4], Nets.Values(4, 6))
            .Node("Reshape", "x rows", "tokens")
            .Node("MatMul", "tokens w1", "m1").Node("Add", "m1 b1", "a1").Node("Relu", "a1", "r1")
            .Node("MatMul", "r1 w2", "m2").Node("Add", "m2 b2", "a2").Node("Relu", "a2", "r2")
            .Node("Flatten", "r2", "flat").Node("Gemm", "flat w3 b3", "y")
            .Build(-1, 4));
        var images = Nets.Noise(48, 1, 8, 8, 16);
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
