using static Cluster.Tests.GraphBuilder;

namespace Cluster.Kernels.Tests.Execution;

/// <summary>Positions rotated between two products: executed by ONNX Runtime, the products are groups.</summary>
public sealed class RotaryEmbeddingTests
{
    private static readonly long[] Shape = [1, 3, 8];

    public static TheoryData<string> Names => [.. Forms.Keys];

    // ONNX's and com.microsoft's, whose inputs are in another order; two heads of four, from 'p' to 'r'.
    private static readonly Dictionary<string, Func<GraphBuilder, GraphBuilder>> Forms = new(StringComparer.Ordinal)
    {
        ["rows of positions"] = net => net.Node("RotaryEmbedding", "p cos sin at", "r", Int("num_heads", 2)),
        ["neighbours"] = net => net.Node("RotaryEmbedding", "p cos sin at", "r", Int("num_heads", 2), Int("interleaved", 1)),
        ["a half of a head"] = net => net.Floats("cos1", [5, 1], Nets.Values(5, 3)).Floats("sin1", [5, 1], Nets.Values(5, 4))
            .Node("RotaryEmbedding", "p cos1 sin1 at", "r", Int("num_heads", 2), Int("rotary_embedding_dim", 2)),
        ["angles of each row"] = net => net.Floats("cos3", [1, 3, 2], Nets.Values(6, 3)).Floats("sin3", [1, 3, 2], Nets.Values(6, 4))
            .Node("RotaryEmbedding", "p cos3 sin3", "r", Int("num_heads", 2)),
        ["four axes"] = net => net.Ints("heads", 0, 0, 2, 4).Node("Reshape", "p heads", "h")
            .Node("Transpose", "h", "t", Ints("perm", [0, 2, 1, 3])).Node("RotaryEmbedding", "t cos sin at", "e")
            .Node("Transpose", "e", "b", Ints("perm", [0, 2, 1, 3])).Ints("joined", 0, 0, 8).Node("Reshape", "b joined", "r"),
        ["com.microsoft"] = net => net.Ints("from", 1).Node("MicrosoftRotary", "p from cos sin", "r", Int("num_heads", 2)),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_BetweenProducts_EqualsOnnxRuntime(string form)
    {
        var graph = Net(form, Nets.Values(64, 1), Nets.Values(10, 3), Nets.Values(10, 4));
        var grouped = Nets.Group(graph);
        using var network = new FloatNetwork(grouped);
        float[] input = Nets.Values(24, 5);

        network.Run(input, Shape).ShouldBe(
            InRuntime.RunAsWritten(OnnxWriter.Write(graph).Message, TensorData.FromFloats(Shape, input)), 1e-5f);
        grouped.Executed.ShouldContain("RotaryEmbedding");
        grouped.WeightedNodes.Count().ShouldBe(2);
    }

    // A quarter of a turn: of a head's halves (a, b) come (-b, a), of neighbours likewise.
    [Theory]
    [InlineData("rows of positions", new float[] { -3, -4, 1, 2, -7, -8, 5, 6 })]
    [InlineData("neighbours", new float[] { -2, 1, -4, 3, -6, 5, -8, 7 })]
    [InlineData("com.microsoft", new float[] { -3, -4, 1, 2, -7, -8, 5, 6 })]
    public void Run_QuarterTurn_IsAsComputedByHand(string form, float[] expected)
    {
        float[] one = [.. Enumerable.Range(0, 64).Select(i => i % 9 == 0 ? 1f : 0)];
        using var network = new FloatNetwork(Nets.Group(Net(form, one, new float[10], [.. Enumerable.Repeat(1f, 10)])));

        float[] row = [1, 2, 3, 4, 5, 6, 7, 8];
        network.Run([.. row, .. row, .. row], Shape).ShouldBe([.. expected, .. expected, .. expected], 1e-6f);
    }

    private static ModelGraph Net(string form, float[] weight, float[] cos, float[] sin)
    {
        var net = new GraphBuilder(23, -1, 3, 8).Floats("w", [8, 8], weight).Floats("cos", [5, 2], cos).Floats("sin", [5, 2], sin)
            .Constant("at", TensorData.FromInt64([1, 3], [1, 0, 4])).Node("MatMul", "x w", "p");
        var graph = Forms[form](net).Node("MatMul", "r w", "y").Build();
        return graph with
        {
            Nodes =
            [
                .. graph.Nodes.Select(node => node.OpType == "MicrosoftRotary"
                    ? node with { OpType = "RotaryEmbedding", Domain = WeightOnlyNodes.Domain } : node),
            ],
            Domains = new Dictionary<string, long> { [WeightOnlyNodes.Domain] = 1 },
        };
    }
}
