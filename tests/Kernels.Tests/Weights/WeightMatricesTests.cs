using Cluster.Kernels.Quantization.Blocks;
using Cluster.Kernels.Weights;

namespace Cluster.Kernels.Tests.Weights;

/// <summary>Tables and recurrent layers in ONNX Runtime, against a float network of the numbers that their codes stand for.</summary>
public sealed class WeightMatricesTests
{
    private const int Time = 9;
    private const int Hidden = 16;

    [Theory]
    [InlineData("LSTM", 4, 24, 1)]
    [InlineData("LSTM", 8, 40, 1)]
    [InlineData("LSTM", 4, 48, 2)]
    [InlineData("GRU", 4, 40, 1)]
    [InlineData("GRU", 8, 24, 2)]
    public void Nearest_RecurrentLayer_ComputesWithTheCodesNumbers(string type, int bits, int inputs, int directions)
    {
        var graph = Recurrent(type, inputs, directions);
        var format = new BlockFormat(bits, 16);

        var quantized = new WeightOnly(graph).Nearest(format, ActivationRounding.None);

        quantized.Products.Select(product => product.Weight).ShouldBe(["w", "r"]);
        float[] expected = Run(Decoded(graph, format), inputs);
        float[] actual = Run(quantized.Graph, inputs);
        expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(2e-6f);
        actual.ShouldNotBe(Run(graph, inputs));
    }

    [Theory]
    [InlineData(4, 16)]
    [InlineData(4, 50)]
    [InlineData(8, 33)]
    [InlineData(8, 50)]
    public void Nearest_Table_GivesTheCodesNumbers(int bits, int columns)
    {
        var graph = Table(columns);
        var format = new BlockFormat(bits, 32);
        if (columns % 2 == 1)
        {
            WeightMatrices.Find(graph).ShouldBeEmpty();
            return;
        }

        var quantized = new WeightOnly(graph).Nearest(format, ActivationRounding.None);

        quantized.Graph.Nodes.Select(node => node.OpType).ShouldBe(["GatherBlockQuantized"]);
        Taken(quantized.Graph).ShouldBe(Taken(Decoded(graph, format)));
    }

    [Fact]
    public void Gptq_RecurrentLayer_IsNearerToFloatThanNearest()
    {
        const int Inputs = 32;
        using var folder = new WorkFolder();
        var graph = Recurrent("LSTM", Inputs, 1);
        var calibration = Nets.Arrays(folder, graph, 50, ("x", TensorData.FromFloats([400, Inputs], Nets.Related(Inputs, 400, 11))));
        var weights = new WeightOnly(graph);
        var format = new BlockFormat(4, 32);

        var adapted = weights.Gptq(
            format, ActivationRounding.None, calibration, 1, _ => { }, TestContext.Current.CancellationToken);

        float[] exact = Run(graph, Inputs);
        double Error(ModelGraph quantized) => exact.Zip(Run(quantized, Inputs), (a, b) => (double)(a - b) * (a - b)).Sum();
        Error(adapted.Graph).ShouldBeLessThan(0.7 * Error(weights.Nearest(format, ActivationRounding.None).Graph));
    }

    [Fact]
    public void Find_ConstantsThatOthersRead_StayAsTheyAre()
    {
        var graph = Table(32);
        var shared = graph with
        {
            Nodes = [.. graph.Nodes, new GraphNode("n", "Abs", ["table"], ["n"])],
        };

        WeightMatrices.Find(graph).ShouldHaveSingleItem().Weight.ShouldBe("table");
        WeightMatrices.Find(shared).ShouldBeEmpty();
    }

    // Rows of x are steps of one sequence.
    private static ModelGraph Recurrent(string type, int inputs, int directions)
    {
        int gates = (type == "LSTM" ? 4 : 3) * Hidden;
        return new GraphBuilder(13, -1, inputs)
            .Floats("w", [directions, gates, inputs], Nets.Related(inputs, directions * gates, 1))
            .Floats("r", [directions, gates, Hidden], Nets.Related(Hidden, directions * gates, 2))
            .Floats("b", [directions, 2 * gates], Nets.Related(2 * gates, directions, 3))
            .Ints("batch", 1)
            .Ints("middle", 2)
            .Node("Unsqueeze", "x batch", "sequence")
            .Node(
                type,
                "sequence w r b",
                "states",
                GraphBuilder.Int("hidden_size", Hidden),
                GraphBuilder.Text("direction", directions == 2 ? "bidirectional" : "forward"))
            .Node("Squeeze", "states middle", "y")
            .Build(-1, directions, Hidden);
    }

    private static ModelGraph Table(int columns) => new GraphBuilder(13, -1, 3)
        .Floats("table", [20, columns], Nets.Related(columns, 20, 4))
        .Node("Gather", "table x", "y")
        .Build(-1, 3, columns) with
    {
        Inputs = [new ValueInfo("x", ElementType.Int64, [-1, 3])],
    };

    private static ModelGraph Decoded(ModelGraph graph, BlockFormat format)
    {
        var constants = new Dictionary<string, TensorData>(graph.Initializers, StringComparer.Ordinal);
        foreach (var matrix in WeightMatrices.Find(graph))
        {
            var codes = BlockRounding.Nearest(
                matrix.Rows(constants[matrix.Weight]), matrix.Outputs, matrix.Inputs, format.For(matrix.Inputs));
            constants[matrix.Weight] = matrix.Constant(codes.Decoded());
        }

        return graph with { Initializers = constants };
    }

    private static float[] Run(ModelGraph graph, int inputs) =>
        InRuntime.Run(graph, TensorData.FromFloats([Time, inputs], Nets.Related(inputs, Time, 9)));

    private static float[] Taken(ModelGraph graph) => InRuntime.Run(graph, TensorData.FromInt64([2, 3], [0, 19, 7, 7, 3, 11]));
}
