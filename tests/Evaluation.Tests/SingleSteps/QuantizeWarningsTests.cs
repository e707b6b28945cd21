using Cluster.Coordinator.Model;
using Cluster.Evaluation.SingleSteps.Quantize;

namespace Cluster.Evaluation.Tests.SingleSteps;

/// <summary>What `quantize` says of a file that it cannot vouch for, and of layers that its plan does not reach.</summary>
public sealed class QuantizeWarningsTests : IDisposable
{
    private const int Samples = 20;

    private readonly WorkFolder _folder = new();
    private QuantizeReport? _report;

    public void Dispose() => _folder.Dispose();

    // All samples calibrate, so nothing saturates on them; but of 20 one alone says how far the values reach.
    [Theory]
    [InlineData(1, false)]
    [InlineData(12, true)]
    public async Task RunAsync_RangesOfOneSampleAlone_AreTooFewSamples(float times, bool isTold)
    {
        var words = await QuantizeAsync(Layers(), Values(7, times));

        words.Any(word => word.StartsWith("warning: the output 'y' keeps ", StringComparison.Ordinal)
            && word.EndsWith("on samples of --data when only the others calibrate: they are too few to show how far values reach, "
                + "so give more", StringComparison.Ordinal)).ShouldBe(isTold, string.Join('\n', words));
    }

    [Fact]
    public async Task RunAsync_WithEvaluationData_JudgesThoseAlone()
    {
        NpzWriter.Write(_folder["eval.npz"], ("x", Values(8, 1)));

        var words = await QuantizeAsync(Layers(), Values(7, 12), $"npz:{_folder["eval.npz"]}");

        words.ShouldNotContain(word => word.Contains("when only the others calibrate", StringComparison.Ordinal));
    }

    // It is left out of the calibration; what the file does to it is no loss of the file's.
    [Fact]
    public async Task RunAsync_SampleThatIsLeftOut_IsNotJudged()
    {
        var words = await QuantizeAsync(Layers(), Values(7, 100_000));

        words.Where(word => word.StartsWith("warning", StringComparison.Ordinal)).ShouldHaveSingleItem()
            .ShouldContain("it is left out of the calibration");
    }

    [Fact]
    public async Task RunAsync_OutputThatIsZero_IsUnknown()
    {
        var layers = Layers();
        var words = await QuantizeAsync(
            layers with
            {
                Nodes = [.. layers.Nodes, new GraphNode("sub", "Sub", ["y", "far"], ["s"]), new GraphNode("z", "Relu", ["s"], ["z"])],
                Initializers = new Dictionary<string, TensorData>(layers.Initializers, StringComparer.Ordinal)
                {
                    ["far"] = TensorData.FromFloats([], [1e6f]),
                },
                Outputs = [new ValueInfo("z", ElementType.Float, [-1, 3])],
            },
            Values(7, 1));

        words.ShouldContain("warning: the output 'z' is 0 in FP32 on all 20 samples, so that what the file keeps of it is unknown: "
            + "give samples on which it is not");
    }

    [Fact]
    public async Task RunAsync_ConvolutionBeforeTheOutput_IsSaidToStayInFloat32()
    {
        var graph = new ModelGraph
        {
            Name = "convolutions",
            Opset = 13,
            Inputs = [new ValueInfo("x", ElementType.Float, [-1, 3, 4, 4])],
            Outputs = [new ValueInfo("y", ElementType.Float, [-1, 3, 4, 4])],
            Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal) { ["w"] = Weights(9, 3, 3, 1, 1) },
            Nodes =
            [
                new GraphNode("first", "Conv", ["x", "w"], ["a"]),
                new GraphNode("second", "Conv", ["a", "w"], ["b"]),
                new GraphNode("y", "Sigmoid", ["b"], ["y"]),
            ],
        };
        var words = await QuantizeAsync(graph, Weights(11, Samples, 3, 4, 4));

        words.ShouldContain("'second' stays in FP32: a convolution whose output is not rounded has no integer kernel, and what leads "
            + "to the network's output alone is not rounded");
        words.ShouldContain("2 of 2 groups in int8-safe, 1 of 2 layers with weights");
        var file = OnnxReader.Read(_folder["q.onnx"]);
        file.Nodes.Count(node => node.OpType == "QuantizeLinear").ShouldBe(2);
        file.Initializers.Values.Count(value => value.Type == ElementType.Int8 && value.Shape.Length == 4).ShouldBe(1);
    }

    // Down by a pooling and up by transposed convolutions, of 2x2 and of 4x4; the last layer leads to the output alone.
    [Fact]
    public async Task RunAsync_UNet_HasTransposedConvolutionsInInt8()
    {
        var (two, pads) = (AttributeValue.Of([2L, 2L]), AttributeValue.Of([1L, 1L, 1L, 1L]));
        var graph = new ModelGraph
        {
            Name = "unet",
            Opset = 13,
            Inputs = [new ValueInfo("x", ElementType.Float, [-1, 3, 8, 8])],
            Outputs = [new ValueInfo("y", ElementType.Float, [-1, 2, 16, 16])],
            Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal)
            {
                ["w1"] = Weights(1, 4, 3, 3, 3),
                ["w2"] = Weights(2, 8, 4, 3, 3),
                ["t1"] = Weights(3, 8, 4, 2, 2),
                ["w3"] = Weights(4, 4, 8, 3, 3),
                ["t2"] = Weights(5, 4, 4, 4, 4),
                ["w4"] = Weights(6, 2, 4, 1, 1),
            },
            Nodes =
            [
                new GraphNode("down1", "Conv", ["x", "w1"], ["c1"], ("pads", pads)),
                new GraphNode("relu1", "Relu", ["c1"], ["r1"]),
                new GraphNode("pool", "MaxPool", ["r1"], ["p1"], ("kernel_shape", two), ("strides", two)),
                new GraphNode("down2", "Conv", ["p1", "w2"], ["c2"], ("pads", pads)),
                new GraphNode("relu2", "Relu", ["c2"], ["r2"]),
                new GraphNode("up1", "ConvTranspose", ["r2", "t1"], ["u1"], ("strides", two)),
                new GraphNode("join", "Concat", ["u1", "r1"], ["j"], ("axis", AttributeValue.Of(1L))),
                new GraphNode("joined", "Conv", ["j", "w3"], ["c3"], ("pads", pads)),
                new GraphNode("relu3", "Relu", ["c3"], ["r3"]),
                new GraphNode("up2", "ConvTranspose", ["r3", "t2"], ["u2"], ("strides", two), ("pads", pads)),
                new GraphNode("relu4", "Relu", ["u2"], ["r4"]),
                new GraphNode("last", "Conv", ["r4", "w4"], ["y"]),
            ],
        };

        var words = await QuantizeAsync(graph, Weights(11, Samples, 3, 8, 8));

        words.ShouldContain("7 of 7 groups in int8-safe, 5 of 6 layers with weights");
        _report!.Layers.ShouldBe(new LayerCounts(5, 6));
        var file = OnnxReader.Read(_folder["q.onnx"]);
        file.Nodes.ShouldNotContain(node => node.OpType == "ConvTranspose");
        file.Nodes.Where(node => node.OpType == "Conv").Select(node => node.Name)
            .ShouldBe(["down1", "down2", "up1", "joined", "up2", "last"]);
        (file.Inputs[0].Name, file.Outputs[0].Name).ShouldBe(("x", "y"));
    }

    // What lies between 'second' and 'third' has one column a thousand times as large as the others. It is rounded while one of the two is
    // quantized, so neither gives anything back alone.
    [Fact]
    public async Task RunAsync_NeighboursThatLoseTogether_AreOfferedToBeKept()
    {
        float[] wide = Weights(4, 4, 4).As<float>().ToArray(), back = Weights(5, 4, 4).As<float>().ToArray();
        for (int i = 0; i < 4; i++)
        {
            wide[4 * i] *= 1000;
            back[i] /= 1000;
        }

        string[] names = ["first", "second", "third", "fourth", "fifth"];
        var graph = new ModelGraph
        {
            Name = "neighbours",
            Opset = 13,
            Inputs = [new ValueInfo("x", ElementType.Float, [-1, 4])],
            Outputs = [new ValueInfo("fifth", ElementType.Float, [-1, 4])],
            Initializers = names.Select((name, i) => ($"w{i}", name switch
            {
                "second" => TensorData.FromFloats([4, 4], wide),
                "third" => TensorData.FromFloats([4, 4], back),
                _ => Weights(i + 20, 4, 4),
            })).ToDictionary(weight => weight.Item1, weight => weight.Item2, StringComparer.Ordinal),
            Nodes = [.. names.Select((name, i) => new GraphNode(name, "MatMul", [i == 0 ? "x" : names[i - 1], $"w{i}"], [name]))],
        };

        await QuantizeAsync(graph, Values(7, 1));

        var way = _report!.WayUp.ShouldNotBeNull();
        way.Groups.Take(way.Kept.ShouldNotBeNull()).Select(group => group.Group).Order().ShouldBe(["second", "third"]);
        way.Groups.Take(2).ShouldAllBe(group => group.Gain < 0.5);
        way.Decibels.ShouldBe(20);
        var words = await QuantizeAsync(graph, Values(7, 1), kept: [.. way.Groups.Take(2).Select(group => $"{group.Index}")]);
        words.ShouldContain("3 of 5 groups in int8-safe, 3 of 5 layers with weights");
        _report.WayUp.ShouldBeNull();
    }

    private async Task<List<string>> QuantizeAsync(
        ModelGraph graph, TensorData samples, string? evaluation = null, IReadOnlyList<string>? kept = null)
    {
        File.Delete(_folder["q.onnx"]);
        await File.WriteAllBytesAsync(_folder["net.onnx"], OnnxWriter.Write(graph).Message, TestContext.Current.CancellationToken);
        NpzWriter.Write(_folder["data.npz"], ("x", samples));
        var words = new List<string>();
        var request = new JobRequest
        {
            Inputs = new JobInputs
            {
                Model = _folder["net.onnx"],
                Calibration = $"npz:{_folder["data.npz"]}",
                Evaluation = evaluation,
            },
            Options = new JobOptions { Metric = evaluation is null ? null : MetricKind.OutputSqnr, KeepFloat32 = kept },
            Output = _folder["q.onnx"],
        };
        var given = new GivenPlan { Method = "max", Format = GroupFormat.Int8Safe };
        _report = await new QuantizeWork(request, given, words.Add).RunAsync(TestContext.Current.CancellationToken);
        return [.. words, _report.Precision];
    }

    private static ModelGraph Layers() => new()
    {
        Name = "layers",
        Opset = 13,
        Inputs = [new ValueInfo("x", ElementType.Float, [-1, 4])],
        Outputs = [new ValueInfo("y", ElementType.Float, [-1, 3])],
        Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal)
        {
            ["w"] = Weights(1, 4, 6),
            ["v"] = Weights(2, 6, 3),
        },
        Nodes =
        [
            new GraphNode("first", "Gemm", ["x", "w"], ["a"]),
            new GraphNode("relu", "Relu", ["a"], ["r"]),
            new GraphNode("second", "Gemm", ["r", "v"], ["y"]),
        ],
    };

    // Usual samples, each with the same largest magnitude, and one a number of times as large.
    private static TensorData Values(int seed, float times)
    {
        float[] values = Weights(seed, Samples, 4).As<float>().ToArray();
        for (int i = 0; i < values.Length; i += 4)
        {
            float largest = values.AsSpan(i, 4).ToArray().Max(Math.Abs);
            float factor = (i == 4 * 9 ? times : 1) / largest;
            values.AsSpan(i, 4).ToArray().Select(value => value * factor).ToArray().CopyTo(values.AsSpan(i));
        }

        return TensorData.FromFloats([Samples, 4], values);
    }

    private static TensorData Weights(int seed, params long[] shape)
    {
        var random = new Random(seed);
        return TensorData.FromFloats(
            shape, [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (x, y) => x * y)).Select(_ => (2 * random.NextSingle()) - 1)]);
    }
}
