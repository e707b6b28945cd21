using System.Globalization;
using Cluster.EndToEnd.Support;
using Cluster.Glyphs.Untrained;
using Cluster.Kernels.Graphs;
using Cluster.Tests;

namespace Cluster.EndToEnd.Run;

/// <summary>
/// Jobs on networks with hardswish, squeeze-and-excite and SiLU end with a file past the parity gate, whether signals live on or die out.
/// </summary>
public sealed class UntrainedRunTests : IDisposable
{
    private const int Seed = 3;
    private const int Side = 32;
    private const int Images = 96;

    private static readonly Dictionary<string, Func<Fan, ModelGraph>> Networks = new(StringComparer.Ordinal)
    {
        ["hardswish"] = fan => MobileNetV3.ToGraph(Seed, fan, Side, Activation.HardSwish, blocks: 6),
        ["hardsigmoid and mul"] = fan => MobileNetV3.ToGraph(Seed, fan, Side, Activation.GatedHardSwish, blocks: 6),
        ["silu"] = fan => EfficientNet.ToGraph(Seed, fan, Side, stages: 4),
    };

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("hardswish", true)]
    [InlineData("hardsigmoid and mul", false)]
    [InlineData("silu", true)]
    [InlineData("silu", false)]
    public async Task Run_RandomWeights_PublishesAFilePastTheGate(string network, bool signalsLiveOn)
    {
        var sample = UntrainedSample.WriteLabelled(
            _folder.Root, Networks[network](signalsLiveOn ? Fan.In : Fan.Out), Images, Seed);

        // Half of FP32's bytes: most groups are in INT8 then, whatever this machine's times say.
        string budget = (new FileInfo(sample.Model).Length / 2).ToString(CultureInfo.InvariantCulture);
        var run = await ClusterProcess.RunAsync(
            _folder.Root,
            "run", "--model", sample.Model, "--data", $"{sample.Images}@0..48", "--eval", $"{sample.Images}@48..",
            "--size-budget", budget, "--methods", "max", "--reconstruct", "never", "--budget-evals", "4", "--batch", "1", "--cache", "none",
            "-o", "out");

        run.Code.ShouldBe(0, run.Error);
        var files = new JobFiles(_folder["out"]);
        File.Exists(files["winner.qdq.onnx"]).ShouldBeTrue();
        var result = files.Result();
        result.GetProperty("baselines").GetProperty("fp32").GetProperty("accuracy").GetProperty("correct").GetInt32().ShouldBe(48);
        result.GetProperty("parity").GetProperty("passed").GetBoolean().ShouldBeTrue(run.Output);
    }
}
