using Cluster.Glyphs.Mobile;
using Cluster.Glyphs.Untrained;

namespace Cluster.EndToEnd.Run;

/// <summary>
/// Jobs on networks with hardswish, squeeze-and-excite and SiLU end with a file past the parity gate, whether signals live on or die out.
/// </summary>
[Long]
public sealed class UntrainedRunTests : IDisposable
{
    private const int Seed = 3;
    private const int Images = 96;

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("hardswish", true)]
    [InlineData("hardsigmoid and mul", false)]
    [InlineData("silu", true)]
    [InlineData("silu", false)]
    public async Task Run_RandomWeights_PublishesAFilePastTheGate(string network, bool signalsLiveOn)
    {
        var graph = network switch
        {
            "silu" => EfficientNet.ToGraph(Seed),
            "hardswish" => MobileNetV3.ToGraph(Seed),
            _ => Gated(MobileNetV3.ToGraph(Seed)),
        };
        var sample = UntrainedSample.WriteLabelled(_folder.Root, signalsLiveOn ? graph : Dying(graph), Images, Seed);

        // Seven tenths of FP32's bytes: most groups are in INT8 then, whatever this machine's times say.
        string budget = (new FileInfo(sample.Model).Length * 7 / 10).ToString(CultureInfo.InvariantCulture);
        var run = await ClusterProcess.RunAsync(
            _folder.Root,
            "run", "--model", sample.Model, "--data", $"{sample.Images}@0..48", "--eval", $"{sample.Images}@48..",
            "--size-budget", budget, "--methods", "max", "--reconstruct", "never", "--budget-evals", "4", "--batch", "1", "--cache", "none",
            "-o", "out");

        run.ShouldBeDone();
        var files = new JobFiles(_folder["out"]);
        File.Exists(files["winner.qdq.onnx"]).ShouldBeTrue();
        var result = files.Result();
        result.GetProperty("baselines").GetProperty("fp32").GetProperty("accuracy").GetProperty("correct").GetInt32().ShouldBe(48);
        result.GetProperty("parity").GetProperty("passed").GetBoolean().ShouldBeTrue(run.Output);
    }

    // HardSwish as torch exports it before opset 14.
    private static ModelGraph Gated(ModelGraph graph) => graph with
    {
        Nodes =
        [
            .. graph.Nodes.SelectMany<GraphNode, GraphNode>(node => node.OpType == "HardSwish"
                ?
                [
                    new($"{node.Name}_gate", "HardSigmoid", node.Inputs, [$"{node.Output}_gate"], ("alpha", AttributeValue.Of(1f / 6))),
                    new(node.Name, "Mul", [node.Inputs[0], $"{node.Output}_gate"], node.Outputs),
                ]
                : [node]),
        ],
    };

    // Small weights in depthwise convolutions, as torchvision begins its networks, without BatchNormalization behind them.
    private static ModelGraph Dying(ModelGraph graph) => graph with
    {
        Initializers = graph.Initializers.ToDictionary(
            pair => pair.Key,
            pair => pair.Value.Shape is [_, 1, _, _]
                ? TensorData.FromFloats(pair.Value.Shape, [.. pair.Value.As<float>().ToArray().Select(weight => weight / 10)])
                : pair.Value,
            StringComparer.Ordinal),
    };
}
