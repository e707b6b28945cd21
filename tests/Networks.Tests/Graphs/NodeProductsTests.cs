using static Cluster.Tests.GraphBuilder;

namespace Cluster.Networks.Tests.Graphs;

/// <summary>Multiply-accumulates as counted by hand.</summary>
public sealed class NodeProductsTests
{
    [Theory]
    [InlineData("LSTM", 1, (4 * 4 * 3) + (4 * 4 * 4))] // W (1, 16, 3), R (1, 16, 4)
    [InlineData("LSTM", 2, 2 * ((4 * 4 * 3) + (4 * 4 * 4)))]
    [InlineData("GRU", 1, (3 * 4 * 3) + (3 * 4 * 4))]
    public void Of_RecurrentLayer_AreAllWeightsForEachStepOfEachSample(string type, int directions, int weights)
    {
        const int Samples = 2;
        const int Steps = 5;
        int gates = type == "LSTM" ? 4 : 3;
        var graph = new GraphBuilder(14, -1, Steps, 3)
            .Floats("w", [directions, gates * 4, 3], new float[directions * gates * 12])
            .Floats("r", [directions, gates * 4, 4], new float[directions * gates * 16])
            .Node("Transpose", "x", "t", Ints("perm", [1, 0, 2]))
            .Node(type, "t w r", "y", Int("hidden_size", 4), Text("direction", directions == 2 ? "bidirectional" : "forward"))
            .Build();

        GraphSummary.Of(graph, Samples).Nodes.Select(node => node.MultiplyAccumulates).ShouldBe([0, Samples * Steps * weights]);
    }

    [Theory]
    [InlineData("bqhd,bkhd->bhqk", new[] { "4 3 6", "5 3 6" }, 3 * 4 * 5 * 6)] // scores of an attention
    [InlineData("bij,bjk,bkl->bil", new[] { "2 3", "3 4", "4 5" }, (2 * 3 * 4) + (2 * 4 * 5))] // from left to right
    [InlineData("bij,bkl->bi", new[] { "2 3", "4 5" }, 2)] // j, k and l are summed over before
    [InlineData("bij,bjk", new[] { "2 3", "3 4" }, 2 * 3 * 4 * 1)] // sums over b too, which two terms have
    [InlineData("bij->bji", new[] { "2 3" }, 0)]
    public void Of_Einsum_AreThePointsOfTheIndices(string equation, string[] shapes, int expected)
    {
        string[] names = ["x", "u", "v"];
        var graph = new GraphBuilder(13, [-1, .. Sizes(shapes[0])]);
        foreach (var (shape, i) in shapes.Skip(1).Select((shape, i) => (shape, i)))
        {
            // All have the axis of the samples.
            graph.Floats(names[i + 1], [1, .. Sizes(shape)], new float[Sizes(shape).Aggregate(1L, (a, b) => a * b)]);
        }

        string inputs = string.Join(' ', names.Take(shapes.Length));
        var summary = GraphSummary.Of(graph.Node("Einsum", inputs, "y", Text("equation", equation)).Build());

        summary.MultiplyAccumulates.ShouldBe(expected);

        static long[] Sizes(string shape) => [.. shape.Split(' ').Select(long.Parse)];
    }

    [Fact]
    public void BitOperations_TransposedConvolutionInAQuantizedGroup_CountsAsFloat()
    {
        // 5x5 pixels: a 3x3 convolution of 2 to 3 channels, and behind it each of 3 x 25 elements goes to 3 channels of 2x2. An odd number
        // of channels has no integer kernel.
        var graph = Nets.Group(new GraphBuilder(13, -1, 2, 5, 5)
            .Floats("w", [3, 2, 3, 3], Nets.Values(54, 1)).Floats("t", [3, 3, 2, 2], Nets.Values(36, 2))
            .Node("Conv", "x w", "c", Ints("pads", [1, 1, 1, 1]))
            .Node("ConvTranspose", "c t", "y", Ints("strides", [2, 2]))
            .Build());
        const int Convolution = 25 * 3 * 2 * 9;
        const int Transposed = 3 * 25 * 3 * 4;

        graph.Groups.Count.ShouldBe(1);
        BitOperations.Count(graph, [Decide.Integer("max", true)]).ShouldBe((Convolution * 8 * 8) + (Transposed * 32 * 32));
        BitOperations.Count(graph, [Decide.Float32]).ShouldBe((Convolution + Transposed) * 32 * 32);
    }
}
