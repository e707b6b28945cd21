using Cluster.Evaluation.SingleSteps.Inspect;
using Cluster.Tests.Exported;

namespace Cluster.Cli.Tests.Verbs;

public class InspectTests
{
    [Fact]
    public async Task Inspect_TinyNetwork_TellsGroupsAndCosts()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        var run = await CommandLineRun.OfAsync("inspect", folder["tiny.onnx"], "--json");
        var root = run.Report();
        root.GetProperty("opset").GetInt32().ShouldBe(13);
        root.GetProperty("batch").GetString().ShouldBe("dynamic");
        root.GetProperty("parameters").GetInt64().ShouldBe(36 + 4 + 144 + 4 + 12 + 3);

        // 8 x 8 positions x 4 channels x (9 + 36) products, and the 4 x 3 of the head.
        root.GetProperty("macs").GetInt64().ShouldBe((64 * 4 * 45) + 12);
        var groups = root.GetProperty("groups").EnumerateArray().ToList();
        groups.Select(group => group.GetProperty("name").GetString()).ShouldBe(["first", "second", "head"]);
        groups.ShouldAllBe(group => group.GetProperty("quantizable").GetBoolean());
        groups[1].GetProperty("operators").EnumerateArray().Select(name => name.GetString())
            .ShouldBe(["Conv", "Relu", "GlobalAveragePool", "Flatten"]);
        groups[0].GetProperty("outputShape").EnumerateArray().Select(size => size.GetInt64()).ShouldBe([4, 8, 8]);
        groups[0].TryGetProperty("nodes", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Inspect_Groups_ListsEveryNode()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        var run = await CommandLineRun.OfAsync("inspect", folder["tiny.onnx"], "--groups");
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        foreach (string node in new[] { "first", "firstRelu", "second", "secondRelu", "pool", "flat", "head" })
        {
            run.Output.ShouldContain(node);
        }

        run.Output.ShouldNotContain("\u001b");
    }

    [Theory]
    [InlineData("detector-counts", "detections")]
    [InlineData("detector-apart", "boxes, scores, labels, selected_indices")]
    [InlineData("detector-topk", null)]
    public async Task Inspect_VariableDetections_AreNamed(string name, string? outputs)
    {
        using var folder = new WorkFolder();
        ExportedNetworks.All[name]().Write(folder.Root, 1, ExportedNetworks.Free);

        var run = await CommandLineRun.OfAsync("inspect", folder[$"{name}.onnx"]);

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Output.Split('\n').SingleOrDefault(line => line.StartsWith("Rows: ", StringComparison.Ordinal)).ShouldBe(outputs is null ? null
            : $"Rows:       of {outputs} vary with the sample: judged by map50, map50-95, output-sqnr or a command");
    }

    [Fact]
    public async Task Inspect_GroupsThatCannotBeQuantized_HaveTheirReasonsBelowTheTable()
    {
        using var folder = new WorkFolder();
        ExportedNetworks.All["detector-topk"]().Write(folder.Root, 1, ExportedNetworks.Free);

        var run = await CommandLineRun.OfAsync("inspect", folder["detector-topk.onnx"]);

        string[] table = [.. run.Output.Split('\n').SkipWhile(line => !line.StartsWith("Total: ", StringComparison.Ordinal)).Skip(1)];
        table.ShouldAllBe(line => line.Length <= 120);
        table.ShouldContain(line => line.TrimEnd().EndsWith("no (1)", StringComparison.Ordinal));
        table.ShouldContain(line => line.StartsWith("no (1): no integer kernel for ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Inspect_UnsupportedOperator_ShowsTheFileAndNamesNodeAndOperator()
    {
        using var folder = new WorkFolder();
        var graph = TinyNetwork.Graph();
        var odd = graph with { Nodes = [.. graph.Nodes.Select(node => node.Name == "secondRelu" ? node with { OpType = "RNN" } : node)] };
        folder.Write("odd.onnx", OnnxWriter.Write(odd).Message);
        var run = await CommandLineRun.OfAsync("inspect", folder["odd.onnx"]);
        run.Code.ShouldBe(ExitCode.Failed);
        run.Error.ShouldStartWith("cluster: ");
        run.Error.ShouldContain("secondRelu");
        run.Error.ShouldContain("RNN");
        run.Output.ShouldContain("1 RNN");
    }

    [Fact]
    public async Task Inspect_SeveralProblems_NamesThemAll()
    {
        using var folder = new WorkFolder();
        var graph = TinyNetwork.Graph();
        folder.Write("odd.onnx", OnnxWriter.Write(graph with
        {
            Nodes =
            [
                .. graph.Nodes,
                new GraphNode("noise", "RandomNormalLike", [graph.Inputs[0].Name], ["noise"]),
                new GraphNode("coin", "Bernoulli", [graph.Inputs[0].Name], ["coin"]),
            ],
        }).Message);

        var run = await CommandLineRun.OfAsync("inspect", folder["odd.onnx"], "--json");

        run.Code.ShouldBe(ExitCode.Failed);
        using var json = JsonDocument.Parse(run.Output);
        var problems = json.RootElement.GetProperty("problems").EnumerateArray().Select(problem => problem.GetString()!).ToList();
        problems.Count.ShouldBe(2);
        problems[0].ShouldStartWith("Node 'noise' (RandomNormalLike) draws random numbers");
        problems[1].ShouldStartWith("Node 'coin' (Bernoulli) draws random numbers");
    }

    [Fact]
    public async Task Inspect_OnlyAnotherSizeFits_TriesItAndSaysSo()
    {
        using var folder = new WorkFolder();
        folder.Write("free.onnx", OnnxWriter.Write(Flattened(32)).Message);

        var run = await CommandLineRun.OfAsync("inspect", folder["free.onnx"]);

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Output.ShouldContain("Input:      x float [batch, ?, height, ?], batch dynamic");
        run.Output.ShouldContain("Sizes:      free; figures are for x [3, 32, 32], a job takes those of its data");
    }

    [Fact]
    public async Task Inspect_NoUsualSizeFits_AsksForTheShape()
    {
        using var folder = new WorkFolder();
        folder.Write("free.onnx", OnnxWriter.Write(Flattened(23)).Message);

        var run = await CommandLineRun.OfAsync("inspect", folder["free.onnx"]);

        run.Code.ShouldBe(ExitCode.Failed);
        run.Error.ShouldContain("were assumed, 32 to 640 pixels and 1 to 128 steps, and none fits: give --shape.");
    }

    [Fact]
    public async Task Inspect_LongMetadata_IsShortenedToOneLine()
    {
        using var folder = new WorkFolder();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["names"] = $"a\nb{new string('c', 4318)}" };
        folder.Write("told.onnx", OnnxWriter.Write(TinyNetwork.Graph() with { Metadata = metadata }).Message);

        var run = await CommandLineRun.OfAsync("inspect", folder["told.onnx"]);

        run.Output.ShouldContain($"Metadata:   names = a b{new string('c', 97)}… (4,321 characters)");
    }

    [Fact]
    public async Task Inspect_OperatorsOnCodes_ListsTheNetworkThatTheyCompute()
    {
        using var folder = new WorkFolder();
        folder.Write("codes.onnx", OnnxWriter.Write(new ModelGraph
        {
            Name = "codes",
            Opset = 13,
            Inputs = [new ValueInfo("x", ElementType.Float, [-1, 2, 4, 4])],
            Outputs = [new ValueInfo("y", ElementType.Float, []) { ShapeKnown = false }],
            Nodes =
            [
                new GraphNode("q", "QuantizeLinear", ["x", "scale", "zero"], ["codes"]),
                new GraphNode("conv", "QLinearConv", ["codes", "scale", "zero", "w", "scale", "zero", "scale", "zero"], ["c"]),
                new GraphNode("pool", "MaxPool", ["c"], ["p"], ("kernel_shape", AttributeValue.Of((IReadOnlyList<long>)[2, 2]))),
                new GraphNode("dq", "DequantizeLinear", ["p", "scale", "zero"], ["f"]),
                new GraphNode("last", "Sigmoid", ["f"], ["y"]),
            ],
            Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal)
            {
                ["scale"] = TensorData.FromFloats([], [0.1f]),
                ["zero"] = TensorData.FromInt8([], [0]),
                ["w"] = TensorData.FromInt8([3, 2, 1, 1], [1, 2, 3, 4, 5, 6]),
            },
        }).Message);

        var json = (await CommandLineRun.OfAsync("inspect", folder["codes.onnx"], "--groups", "--json")).Report();

        var nodes = json.GetProperty("groups").EnumerateArray().SelectMany(group => group.GetProperty("nodes").EnumerateArray());
        nodes.Select(node => (node.GetProperty("name").GetString(), node.GetProperty("format").GetString()))
            .ShouldBe([("conv", "int8"), ("pool", "int8"), ("last", "float32")]);
        json.GetProperty("quantization").GetProperty("constants").GetInt32().ShouldBe(1);
        json.GetProperty("macs").GetInt64().ShouldBe(16 * 3 * 2);
    }

    [Fact]
    public async Task Inspect_Garbage_IsOneLine()
    {
        using var folder = new WorkFolder();
        await File.WriteAllTextAsync(folder["bad.onnx"], "this is no network", TestContext.Current.CancellationToken);
        var run = await CommandLineRun.OfAsync("inspect", folder["bad.onnx"], "--json");
        run.Code.ShouldBe(ExitCode.Failed);
        run.Output.ShouldBeEmpty();
        run.Error.Count(c => c == '\n').ShouldBe(1);
    }

    [Fact]
    public void QdqGraph_OnePair_IsTakenOutAndRemembered()
    {
        var tiny = TinyNetwork.Graph();
        var first = tiny.Nodes[0];
        var graph = tiny with
        {
            Nodes =
            [
                Pair("q", "QuantizeLinear", "image", "codes"),
                Pair("dq", "DequantizeLinear", "codes", "rounded"),
                Pair("dqw", "DequantizeLinear", "w1codes", "w1float"),
                first with { Inputs = ["rounded", "w1float", "b1"] },
                .. tiny.Nodes.Skip(1),
            ],
            Initializers = new Dictionary<string, TensorData>(tiny.Initializers, StringComparer.Ordinal)
            {
                ["scale"] = TensorData.FromFloats([], [0.1f]),
                ["w1codes"] = TensorData.FromInt8([4, 1, 3, 3], new sbyte[36]),
            },
        };
        QdqGraph.Is(graph).ShouldBeTrue();
        QdqGraph.Is(tiny).ShouldBeFalse();
        var stripped = new QdqGraph(graph);
        stripped.Float.Nodes.Select(node => node.Name).ShouldBe(tiny.Nodes.Select(node => node.Name));
        stripped.Float.Nodes[0].Inputs.ShouldBe(["image", "w1float", "b1"]);
        stripped.Float.Initializers["w1float"].Shape.ShouldBe([4, 1, 3, 3]);
        stripped.Format(stripped.Float.Nodes[0]).ShouldBe("int8");
        stripped.Format(stripped.Float.Nodes[2]).ShouldBe("float32");
        stripped.Summary.ShouldBe(new InspectQdq(1, 2, 1, 1, 6));
    }

    [Fact]
    public async Task Inspect_TransposedConvolutionBehindCodes_IsListedAsFloat()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        var none = new Dictionary<string, AttributeValue>(StringComparer.Ordinal);
        folder.Write("up.onnx", OnnxWriter.Write(new ModelGraph
        {
            Name = "up",
            Opset = 13,
            Inputs = [new ValueInfo("image", ElementType.Float, [-1, 1, 8, 8])],
            Outputs = [new ValueInfo("y", ElementType.Float, [-1, -1])],
            Nodes =
            [
                Pair("q", "QuantizeLinear", "image", "codes"), Pair("dq", "DequantizeLinear", "codes", "rounded"),
                Pair("dqw", "DequantizeLinear", "wcodes", "w"),
                new GraphNode("conv", "Conv", ["rounded", "w"], ["c"], none),
                Pair("q2", "QuantizeLinear", "c", "ccodes"), Pair("dq2", "DequantizeLinear", "ccodes", "crounded"),
                new GraphNode("up", "ConvTranspose", ["crounded", "t"], ["u"], none),
                new GraphNode("flat", "Flatten", ["u"], ["y"], none),
            ],
            Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal)
            {
                ["scale"] = TensorData.FromFloats([], [0.1f]),
                ["wcodes"] = TensorData.FromInt8([2, 1, 1, 1], [1, 2]),
                ["t"] = TensorData.FromFloats([2, 1, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]),
            },
        }).Message);

        var run = await CommandLineRun.OfAsync("inspect", folder["up.onnx"], "--groups", "--json");

        var json = run.Report();
        var group = json.GetProperty("groups").EnumerateArray().Single();
        group.GetProperty("format").GetString().ShouldBe("int8 + float32");
        group.GetProperty("nodes").EnumerateArray().Take(2).Select(node => node.GetProperty("format").GetString())
            .ShouldBe(["int8", "float32"]);
    }

    // Takes pictures of one size, which the file does not say.
    private static ModelGraph Flattened(int pixels) => new()
    {
        Name = "flattened",
        Opset = 13,
        Inputs = [new ValueInfo("x", ElementType.Float, [-1, -1, -1, -1]) { AxisNames = ["batch", "", "height", ""] }],
        Outputs = [new ValueInfo("y", ElementType.Float, []) { ShapeKnown = false }],
        Nodes = [new GraphNode("flat", "Flatten", ["x"], ["f"]), new GraphNode("head", "MatMul", ["f", "w"], ["y"])],
        Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal)
        {
            ["w"] = TensorData.FromFloats([3 * pixels * pixels, 2], new float[6 * pixels * pixels]),
        },
    };

    private static GraphNode Pair(string name, string type, string input, string output) =>
        new(name, type, [input, "scale"], [output], new Dictionary<string, AttributeValue>(StringComparer.Ordinal));
}
