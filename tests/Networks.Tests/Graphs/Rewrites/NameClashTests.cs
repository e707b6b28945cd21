using Cluster.Export.TensorRt;
using Cluster.Plans;
using static Cluster.Tests.GraphBuilder;

namespace Cluster.Networks.Tests.Graphs.Rewrites;

/// <summary>Networks in which something is called what a rewrite or a writer would call its own: the same numbers, under other
/// names.</summary>
public sealed class NameClashTests
{
    private static readonly float[] Pixels = Nets.Values(4 * 192, 9, 255);

    private static readonly Dictionary<string, Func<Calibrated, ModelGraph>> Writers = new(StringComparer.Ordinal)
    {
        ["INT8"] = net => QdqExporter.Export(net.AllInt8("max")),
        ["4 bits in bytes"] = net => QdqExporter.Export(net.Resolve(_ => Decide.Integer("max", false, 4, 4))),
        ["4 bits in nibbles"] = net => QdqExporter.Export(net.Resolve(_ => Decide.Integer("max", false, 4, 4)), CodeStorage.Nibbles),
        ["weights of 4 bits"] = net => QdqExporter.Export(net.Resolve(_ => Decide.Integer("max", false, 4, 8))),
        ["FP16 and INT8"] = net => QdqExporter.Export(net.Resolve(group =>
            group.Index % 2 == 0 ? Decide.In(GroupFormat.Parse("float16")) : Decide.Integer("max", false))),
        ["TensorRT"] = net =>
        {
            var settings = Nets.AllInt8(net.Graph, "max");
            return TensorRtExporter.Export(TensorRtNetwork.Of(net.Resolver.Resolve(settings), settings, net.Statistics));
        },
    };

    private static readonly Dictionary<string, Func<ModelGraph>> Rewrites = new(StringComparer.Ordinal)
    {
        ["products of tokens"] = () => new GraphBuilder(13, -1, 3, 8).Floats("w", [8, 8], Nets.Values(64, 1))
            .Floats("b", [8], Nets.Values(8, 2))
            .Node("MatMul", "x w", "a").Node("Add", "a b", "s").Node("Relu", "s", "r").Node("MatMul", "r w", "m")
                .Node("Softmax", "m", "y").Build(),
        ["HardSwish"] = () => new GraphBuilder(14, -1, 3, 8).Node("HardSwish", "x", "a").Node("Relu", "a", "y").Build(),
        ["Split"] = () => new GraphBuilder(13, -1, 4).Nodes("Split", "x", ["a", "b"], Int("axis", 1)).Node("Add", "a b", "y").Build(),
        ["Gemm with a computed C"] = () => new GraphBuilder(13, -1, 8).Floats("w", [8, 8], Nets.Values(64, 1)).Node("Relu", "x", "a")
            .Node("Gemm", "x w a", "g", Float("beta", 2)).Node("Relu", "g", "y").Build(),
        ["old forms"] = () => new GraphBuilder(9, -1, 3, 4, 4).Floats("w", [2, 3, 1, 1], Nets.Values(6, 1)).Node("Conv", "x w", "a")
            .Node("Slice", "a", "s", Ints("starts", [1]), Ints("ends", [3]), Ints("axes", [2]))
            .Node("Clip", "s", "y", Float("min", -0.3f), Float("max", 0.4f)).Build(),
        ["a state of both directions"] = () => new GraphBuilder(13, 5, 2, 3).Floats("w", [2, 16, 3], Nets.Values(96, 1))
            .Floats("r", [2, 16, 4], Nets.Values(128, 2)).Node("Relu", "x", "a")
            .Nodes("LSTM", "a w r", ["h", "e"], Int("hidden_size", 4), Text("direction", "bidirectional")).Node("Relu", "e", "y").Build(),
    };

    public static TheoryData<string> WriterNames => [.. Writers.Keys];

    public static TheoryData<string> RewriteNames => [.. Rewrites.Keys];

    [Theory]
    [MemberData(nameof(WriterNames))]
    public void Export_ConflictingName_IsSameFile(string name)
    {
        var network = Nets.Residual();
        var plain = Written(network, name);
        float[] expected = InRuntime.Run(plain, TensorData.FromFloats([4, 3, 8, 8], Pixels));
        foreach (var renamed in Clashing(network, plain, "r1", "c2"))
        {
            var file = Written(renamed, name);

            InRuntime.Run(file, TensorData.FromFloats([4, 3, 8, 8], Pixels)).ShouldBe(expected);
            file.Nodes.Count.ShouldBe(plain.Nodes.Count);
        }
    }

    [Theory]
    [MemberData(nameof(RewriteNames))]
    public void Normalize_NetworkThatHasANameOfTheRewrite_IsTheSameFunction(string name)
    {
        var network = Rewrites[name]();
        float[] input = Rewritten.Random(network.Inputs[0], 3, 5);
        float[] expected = Rewritten.Run(network, 3, input);
        var plain = GraphNormalizer.Normalize(network);
        foreach (var renamed in Clashing(network, plain, "a", "a").Append(network))
        {
            Nets.Distance(Rewritten.Run(GraphNormalizer.Normalize(renamed), 3, input), expected).ShouldBeLessThan(1e-5f);
        }
    }

    [Fact]
    public void Check_ClippedAndMovedCodesUnderOtherNames_AreCompared()
    {
        var network = SmallNetworks.All.Values.Select(build => build().Build())
            .First(graph => graph.Nodes.Any(node => node.OpType is "Slice" or "Pad"));
        foreach (string tensor in network.Nodes.Select(node => node.Output).ToList())
        {
            var clash = Named(network, name => name == tensor ? "x_codes" : name);
            using var net = new Calibrated(Nets.Group(clash), Nets.Noise(8, 3, 8, 8, 4));

            net.Check(net.AllInt8("max")).Failure.ShouldBeNull(tensor);
        }
    }

    private static ModelGraph Written(ModelGraph network, string writer)
    {
        using var net = new Calibrated(Nets.Group(network), Nets.Noise(8, 3, 8, 8, 4));
        return Writers[writer](net);
    }

    // For each name that is new: the network with it as a tensor's name, as a constant's, and as a node's.
    private static IEnumerable<ModelGraph> Clashing(ModelGraph network, ModelGraph result, string tensor, string node)
    {
        var values = Values(result).Except(Values(network)).Order(StringComparer.Ordinal).ToList();
        values.ShouldNotBeEmpty();
        foreach (var (i, clash) in values.Index())
        {
            string victim = i % 2 == 0 || network.Initializers.Count == 0 ? tensor
                : network.Initializers.Keys.Order(StringComparer.Ordinal).First();
            yield return Named(network, name => name == victim ? clash : name);
        }

        foreach (string clash in result.Nodes.Select(found => found.Name).Except(network.Nodes.Select(found => found.Name)).Distinct())
        {
            yield return network with
            {
                Nodes = [.. network.Nodes.Select(found => found.Name == node ? found with { Name = clash } : found)],
            };
        }
    }

    private static IEnumerable<string> Values(ModelGraph graph) =>
        graph.Initializers.Keys.Concat(graph.Nodes.SelectMany(node => node.Outputs));

    private static ModelGraph Named(ModelGraph graph, Func<string, string> name) => graph with
    {
        Inputs = [.. graph.Inputs.Select(input => input with { Name = name(input.Name) })],
        Outputs = [.. graph.Outputs.Select(output => output with { Name = name(output.Name) })],
        Nodes = [.. graph.Nodes.Select(node => node with { Inputs = [.. node.Inputs.Select(name)],
            Outputs = [.. node.Outputs.Select(name)] })],
        Initializers = graph.Initializers.ToDictionary(pair => name(pair.Key), pair => pair.Value, StringComparer.Ordinal),
    };
}
