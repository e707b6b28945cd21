using Cluster.Kernels.Execution;
using Cluster.Kernels.Learning.Parallel;
using Cluster.Kernels.Learning.Reconstruction.Blocks;
using Cluster.Kernels.Learning.Reconstruction.Caching;
using Cluster.Kernels.Learning.Reconstruction.Rounding;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using Cluster.Kernels.Tests.Execution;
using Cluster.Kernels.Tests.Graphs;
using Cluster.Kernels.Tests.Tensors;
using TorchSharp;

namespace Cluster.Kernels.Tests.Learning.Reconstruction.Blocks;

[Collection(ProcessSettings.Name)]
public sealed class FisherWeightsTests
{
    private const int Images = 3;
    private const int Classes = 3;

    [Fact]
    public void Compute_BlockBeforeOthers_IsTheSquareOfTheDivergencesSlopePlusOne() => Compare(0, (quantized, exact, rest) =>
    {
        double[] wanted = LogSoftmax(Logits(exact, rest));
        return [.. Enumerable.Range(0, quantized.Length).Select(element =>
        {
            const float h = 0.01f;
            return (Divergence(element, h) - Divergence(element, -h)) / (2 * h);
        })];

        double Divergence(int element, float by)
        {
            float[] moved = [.. quantized];
            moved[element] += by;
            return wanted.Zip(LogSoftmax(Logits(moved, rest))).Sum(pair => Math.Exp(pair.First) * (pair.First - pair.Second)) / Images;
        }
    });

    [Fact]
    public void Compute_LastBlock_IsTheSquareOfTheDifferenceOfProbabilitiesPlusOne() => Compare(
        1, (quantized, exact, _) =>
            [.. LogSoftmax(quantized).Zip(LogSoftmax(exact)).Select(pair => (Math.Exp(pair.First) - Math.Exp(pair.Second)) / Images)]);

    /// <summary>Weights of a block with one weight of two bits against the slopes of the divergence.</summary>
    private static void Compare(int index, Func<float[], float[], NetworkProgram?, double[]> slopesOf)
    {
        // (N, 1, 2, 2) pixels, two channels, three classes.
        var graph = Nets.Group(new GraphBuilder(13, -1, 1, 2, 2)
            .Floats("w", [2, 1, 1, 1], 0.9f, -0.7f).Floats("b", [2], 0.3f, 0.4f).Floats("v", [8, Classes], Nets.Values(8 * Classes, 5, 3))
            .Node("Conv", "x w b", "c").Node("Relu", "c", "r").Node("Flatten", "r", "f").Node("MatMul", "f v", "y").Build(-1, Classes));
        using var network = new ProgramBuilder(graph, hasGradients: true);
        var blocks = BlockFinder.Find(graph, byLayer: false, 12);
        using var team = new ShardTeam(2);
        using var scope = torch.NewDisposeScope();
        using var caches = new ActivationCaches(graph, blocks);
        var input = new TensorCache(SpillSpace.Memory, Images, [1, 2, 2], ComputeDevice.Cpu);
        input.Write(0, TensorFactory.FromFloats(Nets.Values(Images * 4, 6), [Images, 1, 2, 2]));
        caches.Add("x", input, input);
        string before = "x";
        for (int block = 0; block < index; block++)
        {
            var made = SegmentCaching.Run(
                network.Segment(blocks[block].Nodes), [caches[before].Exact], null, team, CancellationToken.None);
            before = network.Segment(blocks[block].Nodes).Outputs[0];
            caches.Add(before, made[0], made[0]);
        }

        var judged = blocks[index];
        var segment = network.Segment(judged.Nodes);
        var rest = index + 1 < blocks.Count ? network.Segment([.. blocks.Skip(index + 1).SelectMany(block => block.Nodes)]) : null;
        var targets = SegmentCaching.Run(segment, [caches[before].Exact], null, team, CancellationToken.None);
        using var quantization = TwoBits(judged, graph.Graph.Initializers[judged.Weighted[0].Inputs[1]]);

        var weights = FisherWeights.Compute(segment, rest, caches, targets, quantization, team, CancellationToken.None);

        using var without = torch.no_grad();
        double[] found = [.. Floats(weights[0].Read(0, Images)).Select(weight => Math.Sqrt(weight) - 1)];
        double[] slopes = slopesOf(
            Floats(segment.Run([caches[before].Quantized.Read(0, Images)], quantization)[0]), Floats(targets[0].Read(0, Images)), rest);
        found.Length.ShouldBe(slopes.Length);
        slopes.Max(Math.Abs).ShouldBeGreaterThan(0.02, "two bits change what the network says");
        found.Zip(slopes).ShouldAllBe(pair => Math.Abs(pair.First - Math.Abs(pair.Second)) < 5e-4);
        foreach (var cache in weights.Concat(targets))
        {
            cache.Dispose();
        }
    }

    private static BlockQuantization TwoBits(ReconstructionBlock judged, Cluster.Kernels.Graphs.TensorData weight)
    {
        var node = judged.Weighted[0];
        var grid = WeightGridSearch.Find(weight.As<float>(), weight.Shape, Cluster.Kernels.Plans.WeightBank.OutputAxis(node), 2);
        grid = grid with { Scales = [.. grid.Scales.Select(scale => scale * 1.5f)] };
        var numbers = new LearnedNumbers(
            new Dictionary<string, WeightGrid>(StringComparer.Ordinal) { [node.Name] = grid },
            new Dictionary<string, QuantizationParameters>(StringComparer.Ordinal),
            new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal));
        return numbers.Quantization(
            judged,
            new Dictionary<string, sbyte[]>(StringComparer.Ordinal) { [node.Name] = grid.Nearest(weight.As<float>()) },
            null,
            ComputeDevice.Cpu);
    }

    private static float[] Floats(torch.Tensor tensor) => TensorFactory.ToFloats(tensor.contiguous());

    private static float[] Logits(float[] outputs, NetworkProgram? rest)
    {
        using var tensor = TensorOps.ToChannelsLast(TensorFactory.FromFloats(outputs, [Images, 2, 2, 2]));
        return TensorFactory.ToFloats(rest!.Run([tensor])[0]);
    }

    private static double[] LogSoftmax(float[] logits) =>
        [.. logits.Chunk(Classes).SelectMany(row => row.Select(value => value - Math.Log(row.Sum(other => Math.Exp(other)))))];
}
