using Cluster.Kernels.Execution.FakeQuantization;
using Cluster.Kernels.Quantization.RuntimeNodes;
using static Cluster.Tests.GraphBuilder;

namespace Cluster.Kernels.Tests.Quantization;

/// <summary>LSTM as ONNX Runtime's DynamicQuantizeLSTM: codes by hand, files and simulations by ONNX Runtime.</summary>
public sealed class DynamicLstmTests
{
    private const int Cases = 24;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, Cases)];

    [Fact]
    public void Of_OneState_HasTheseCodes()
    {
        // A row a gate, of two inputs each; the last two are neighbours of one sign that saturate.
        var graph = Lstm(14, [127, -63.4f, 1, 0, 0, 0, 100, 100], [2, 1, 0, -4]).Build();

        var full = DynamicLstm.Of(Node(graph), graph, new NameSource(graph), isPairSafe: false, unsigned: false);
        var safe = DynamicLstm.Of(Node(graph), graph, new NameSource(graph), isPairSafe: true, unsigned: false);

        full.Node.Domain.ShouldBe("com.microsoft");
        full.Node.Inputs.Take(8).ShouldBe(["t", "a_inputs_codes", "a_states_codes", "", "", "", "", ""]);
        Input(full, 1).Shape.ShouldBe([1, 2, 4]);
        Input(full, 1).As<sbyte>().ToArray().ShouldBe([127, 127, 0, 127, -63, 0, 0, 127]);
        Input(full, 8).As<float>().ToArray().ShouldBe([1, 1 / 127f, 1, 100 / 127f]);
        Input(full, 9).As<sbyte>().ToArray().ShouldBe([0, 0, 0, 0]);
        Input(full, 2).As<sbyte>().ToArray().ShouldBe([127, 127, 0, -127]);
        Input(full, 10).As<float>().ToArray().ShouldBe([2 / 127f, 1 / 127f, 1, 4 / 127f]);
        Input(safe, 1).As<sbyte>().ToArray().ShouldBe([127, 127, 0, 64, -63, 0, 0, 64]);
        Input(safe, 8).As<float>().ToArray().ShouldBe([1, 1 / 127f, 1, 200 / 128f]);

        var unsigned = DynamicLstm.Of(Node(graph), graph, new NameSource(graph), isPairSafe: false, unsigned: true);
        Input(unsigned, 1).As<byte>().ToArray().ShouldBe([255, 255, 128, 255, 65, 128, 128, 255]);
        Input(unsigned, 9).As<byte>().ToArray().ShouldBe([128, 128, 128, 128]);
        DynamicLstm.Saturates(full.Node, full.Constants).ShouldBeTrue();
        DynamicLstm.Saturates(safe.Node, safe.Constants).ShouldBeFalse();
        DynamicLstm.Saturates(unsigned.Node, unsigned.Constants).ShouldBeFalse();
    }

    [Theory]
    [InlineData("int8")]
    [InlineData("int8-safe")]
    public void Resolve_Lstm_IsNearFloatAndSaysWhereItIsExact(string format)
    {
        using var net = Net(7);
        var network = net.Resolve(_ => Decide.In(GroupFormat.Parse(format)));
        var input = net.Images.Inputs(0);
        float[] exact = net.Float32.Run(input);

        float[] found = net.Float32.Run(input, network);

        var file = QdqExporter.Export(network);
        file.Nodes.ShouldContain(node => node.OpType == WeightOnlyNodes.Lstm);
        ProcessorTable.Parts(file).Contains(FilePart.FullProducts).ShouldBe(format == "int8" && !ByteProducts.Saturate);
        found.ShouldBe(InRuntime.Run(file, input), 1e-6f);
        Nets.Distance(found, exact).ShouldBeInRange(1e-5f, 0.05f);
        PackedSize.Bytes(network).ShouldBeLessThan(PackedSize.Bytes(net.Graph.Graph) / 2);
        OnnxWriter.Write(QdqExporter.Export(net.Resolve(_ => Decide.In(GroupFormat.Parse(format)))))
            .Message.ShouldBe(OnnxWriter.Write(file).Message);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Check_RandomForm_Passes(int seed)
    {
        using var net = Net(seed);
        var network = net.Resolve(_ => Decide.In(seed % 2 == 0 ? GroupFormat.Int8 : GroupFormat.Int8Safe));

        var report = net.Check(network);

        report.Failure.ShouldBeNull();
        network.Layout.RuntimeNodes.Count.ShouldBe(1);
        PlanQuantization.Concerns(network, net.Graph.Groups.First(group => group.IsRecurrent).Nodes).ShouldBeTrue();
    }

    // Each thread of a pool rounds its part of a batch by the range of that part.
    [Theory]
    [InlineData(1, true)]
    [InlineData(32, false)]
    public void Run_SeveralThreads_AnswerTheSameForOneSampleAlone(int samples, bool isSame)
    {
        using var net = new Calibrated(Nets.Group(Layer(64)), Nets.Noise(32, 3, 8, 8, samples, seed: 5));
        var file = OnnxWriter.Write(QdqExporter.Export(net.Resolve(_ => Decide.In(GroupFormat.Int8Safe))));
        var input = net.Images.Inputs(0);

        float[][] found = [.. ((int[])[1, 2, 4]).Select(threads =>
        {
            using var session = OrtSession.Open(file, new OrtSessionOptions { Threads = threads, AllowSpinning = false });
            return session.Run(input, [session.OutputNames[0]])[0].As<float>().ToArray();
        })];

        found.Skip(1).All(other => other.SequenceEqual(found[0])).ShouldBe(isSame);
    }

    [Fact]
    public void Resolve_FormatsWithoutSuchAKernel_LeaveItInFloat()
    {
        using var net = Net(3);
        foreach (string format in (string[])["w4a8", "w4a4", "float16", "float32"])
        {
            var network = net.Resolve(_ => Decide.In(GroupFormat.Parse(format)));

            network.Layout.RuntimeNodes.ShouldBeEmpty();
            network.Layout.Floats.Keys.ShouldNotContain(net.Graph.Nodes.First(node => node.OpType == "LSTM").Name);
        }
    }

    [Fact]
    public void Find_LstmWhoseWeightsAreComputed_IsNoRecurrentGroup()
    {
        var graph = Lstm(14, Nets.Values(8, 1), Nets.Values(4, 2)).Build();
        var computed = graph with
        {
            Inputs = [.. graph.Inputs, new ValueInfo("w", ElementType.Float, [1, 4, 2])],
            Initializers = graph.Initializers.Where(pair => pair.Key != "w").ToDictionary(StringComparer.Ordinal),
        };

        Nets.Group(graph).Groups.Count(group => group.IsRecurrent && group.CanQuantize).ShouldBe(1);
        new NodeRoles(computed).Of(Node(computed)).ShouldBe(NodeRole.Float);
        new NodeRoles(graph).Of(Node(graph).With("layout", AttributeValue.Of(1L))).ShouldBe(NodeRole.Float);
    }

    private static GraphNode Node(ModelGraph graph) => graph.Nodes.First(node => node.OpType == "LSTM");

    private static TensorData Input(RuntimeNode node, int input) => node.Constants[node.Node.Inputs[input]];

    // (N, steps, 2) to (N, steps, 1).
    private static GraphBuilder Lstm(int opset, float[] w, float[] r) => new GraphBuilder(opset, -1, 3, 2)
        .Floats("w", [1, 4, 2], w).Floats("r", [1, 4, 1], r)
        .Node("Transpose", "x", "t", Ints("perm", [1, 0, 2]))
        .Node("LSTM", "t w r", "a", Int("hidden_size", 1))
        .Node("Transpose", "a", "y", Ints("perm", [2, 0, 1, 3]));

    // (N, 8 steps, 24) to (N, 8 · hidden).
    private static ModelGraph Layer(int hidden) => new GraphBuilder(14, -1, 3, 8, 8).Ints("steps", 0, 8, 24)
        .Floats("w", [1, 4 * hidden, 24], Nets.Values(4 * hidden * 24, 1, 0.4))
        .Floats("r", [1, 4 * hidden, hidden], Nets.Values(4 * hidden * hidden, 2, 0.3)).Floats("scale", [], 1 / 255f)
        .Node("Mul", "x scale", "small").Node("Reshape", "small steps", "s").Node("Transpose", "s", "t", Ints("perm", [1, 0, 2]))
        .Node("LSTM", "t w r", "h", Int("hidden_size", hidden))
        .Node("Transpose", "h", "p", Ints("perm", [2, 0, 1, 3])).Node("Flatten", "p", "y").Build();

    private static Calibrated Net(int seed)
    {
        var random = new Random(seed);
        string direction = random.Next(3) switch { 0 => "forward", 1 => "reverse", _ => "bidirectional" };
        int directions = direction == "bidirectional" ? 2 : 1;
        int hidden = random.Next(1, 40);
        bool hasCell = random.Next(2) == 0; // whose output ONNX Runtime alone computes
        var net = new GraphBuilder(14, -1, 3, 8, 8).Ints("steps", 0, 8, 24)
            .Floats("w", [directions, 4 * hidden, 24], Nets.Values(directions * 4 * hidden * 24, seed, 0.4))
            .Floats("r", [directions, 4 * hidden, hidden], Nets.Values(directions * 4 * hidden * hidden, seed + 1, 0.3))
            .Floats("b", [directions, 8 * hidden], Nets.Values(directions * 8 * hidden, seed + 2, 0.2))
            .Floats("scale", [], 1 / 255f)
            .Node("Mul", "x scale", "small")
            .Node("Reshape", "small steps", "s").Node("Transpose", "s", "t", Ints("perm", [1, 0, 2]))
            .Nodes("LSTM", random.Next(2) == 0 ? "t w r b" : "t w r", hasCell ? ["h", "-", "c"] : ["h"], [
                Int("hidden_size", hidden), Text("direction", direction)]);
        string states = hasCell ? "c" : "h";
        net.Node("Transpose", states, "p", Ints("perm", hasCell ? [1, 0, 2] : [2, 0, 1, 3])).Node("Flatten", "p", "y");
        return new Calibrated(
            Nets.Group(net.Build()),
            Nets.Noise(12, 3, 8, 8, 4, seed: seed));
    }
}
