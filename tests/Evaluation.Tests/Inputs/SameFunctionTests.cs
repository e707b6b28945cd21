namespace Cluster.Evaluation.Tests.Inputs;

/// <summary>Planted faults of rewrites in FP32 are refused by name: the user's file in ONNX Runtime says what is right.</summary>
public sealed class SameFunctionTests : IDisposable
{
    private readonly Sample _sample = Sample.Small();

    public void Dispose() => _sample.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Require_RightRewrite_Passes(bool equalize)
    {
        var network = NetworkFile.Open(_sample.ModelPath, equalize);
        using var float32 = new FloatNetwork(network.Grouped);

        Should.NotThrow(() => SameFunction.Require(network, float32, _sample.Calibration));
    }

    [Fact]
    public void Require_OneChannelScaledByARewrite_IsRefusedByItsName()
    {
        var network = NetworkFile.Open(_sample.ModelPath);
        var right = network.Grouped.Graph;
        var wrong = Scaled(right);

        Should.Throw<InvalidPlanException>(() => SameFunction.Require(
            network.Path,
            network.Original,
            wrong,
            () => [("reading it", right), ("folding it", wrong), ("equalizing it", wrong)],
            null,
            _sample.Calibration))
            .Message.ShouldStartWith(
                $"folding it does not keep the function of {_sample.ModelPath}: on a few samples its FP32 outputs in ONNX Runtime differ");
    }

    [Fact]
    public void Require_ExecutedOtherwise_IsRefused()
    {
        var network = NetworkFile.Open(_sample.ModelPath);
        using var wrong = new FloatNetwork(GroupFinder.Find(Scaled(network.Grouped.Graph)));

        Should.Throw<InvalidPlanException>(() => SameFunction.Require(network, wrong, _sample.Calibration))
            .Message.ShouldStartWith($"executing it in libtorch does not keep the function of {_sample.ModelPath}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void Require_FileOfOneBatch_IsRunAtItsOwn(int batch)
    {
        var network = NetworkFile.Open(_sample.ModelPath);
        var graph = network.Grouped.Graph;
        byte[] file = OnnxWriter.Write(graph with
        {
            Inputs = [graph.Inputs[0] with { Shape = [batch, .. graph.Inputs[0].Shape.Skip(1)] }],
            Outputs = [graph.Outputs[0] with { Shape = [batch, .. graph.Outputs[0].Shape.Skip(1)] }],
        }).Message;
        void Require(ModelGraph rewritten) => SameFunction.Require(
            "net.onnx",
            new OriginalFile(ModelFile.Of(file), batch),
            rewritten,
            () => [("freeing its batch", rewritten)],
            null,
            _sample.Calibration);

        Should.NotThrow(() => Require(graph));
        Should.Throw<InvalidPlanException>(() => Require(Scaled(graph))).Message.ShouldStartWith("freeing its batch does not keep");
    }

    [Fact]
    public void Require_TwoFiles_ComparesEveryOutput()
    {
        var inputs = _sample.Calibration.Repeated(8);
        var graph = NetworkFile.Open(_sample.ModelPath).Grouped.Graph;

        SameFunction.Require("smooth", "net.onnx", OnnxWriter.Write(graph), OnnxWriter.Write(graph), inputs).ShouldBe(0);
        Should.Throw<InvalidPlanException>(
            () => SameFunction.Require("smooth", "net.onnx", OnnxWriter.Write(graph), OnnxWriter.Write(Scaled(graph)), inputs))
            .Message.ShouldStartWith("smooth does not keep the function of net.onnx");
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(6, false)]
    public void Require_SumThatCancels_MayBeRoundedOtherwise(float factor, bool isSame)
    {
        // Of two numbers near 30,000 that differ by 0.1, float32 knows the difference to 34 dB.
        var file = Graph(new GraphNode("y", "MatMul", ["x", "signs"], ["y"]));
        var thirds = Graph(
            new GraphNode("third", "Div", ["x", "three"], ["third"]),
            new GraphNode("difference", "MatMul", ["third", "signs"], ["difference"]),
            new GraphNode("y", "Mul", ["difference", "factor"], ["y"]));
        var inputs = new[] { TensorData.FromFloats([3, 2], [30000.1f, 30000, 31000, 31000.1f, 29000.15f, 29000]) };

        bool passes = true;
        try
        {
            SameFunction.Require("scaling it", "net.onnx", OnnxWriter.Write(file), OnnxWriter.Write(thirds), inputs);
        }
        catch (InvalidPlanException)
        {
            passes = false;
        }

        passes.ShouldBe(isSame);

        ModelGraph Graph(params GraphNode[] nodes) => new()
        {
            Name = "net",
            Opset = 17,
            Inputs = [new ValueInfo("x", ElementType.Float, [-1, 2])],
            Outputs = [new ValueInfo("y", ElementType.Float, [-1, 1])],
            Nodes = nodes,
            Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal)
            {
                ["signs"] = TensorData.FromFloats([2, 1], [1, -1]),
                ["three"] = TensorData.FromFloats([], [3]),
                ["factor"] = TensorData.FromFloats([], [factor]),
            },
        };
    }

    private static ModelGraph Scaled(ModelGraph graph)
    {
        float[] weights = graph.Initializers["w2"].As<float>().ToArray();
        for (int channel = 0; channel < 4; channel++)
        {
            weights[channel] *= 1.1f;
        }

        return graph with
        {
            Initializers = new Dictionary<string, TensorData>(graph.Initializers, StringComparer.Ordinal)
            {
                ["w2"] = TensorData.FromFloats([4, 4, 1, 1], weights),
            },
        };
    }
}
