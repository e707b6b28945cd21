using Cluster.Kernels.Graphs.Onnx;
using Cluster.Storage.Files;

namespace Cluster.Cli.Tests.Verbs;

/// <summary>`quantize --per-tensor-weights`: from the option to the file, and again from its plan.</summary>
public sealed class PerTensorWeightsTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public PerTensorWeightsTests() => TinyNetwork.Write(_folder.Root);

    private string Images => $"idx:{_folder["images-idx3-ubyte"]}";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Quantize_PerTensorWeights_WritesScalarsAndItsPlanTheSameBytes()
    {
        var run = await QuantizeAsync("q", "--method", "max", "--data", Images, "--per-tensor-weights", "--json");
        var again = await QuantizeAsync("again", "--plan", _folder["q.plan.json"], "--calibration", _folder["q.calibration"]);

        again.Code.ShouldBe(ExitCode.Done, again.Error);
        run.Report().GetProperty("perTensorWeights").GetBoolean().ShouldBeTrue();
        run.Report().GetProperty("parity").GetProperty("passed").GetBoolean().ShouldBeTrue();
        PlanFiles.Read(_folder["q.plan.json"]).Plan.Groups.Where(group => !group.Format.IsBaseline)
            .ShouldAllBe(group => group.PerTensorWeights);
        var scales = OnnxReader.Read(_folder["q.onnx"]).Initializers.Where(
            pair => pair.Key.EndsWith("_weight_scale", StringComparison.Ordinal));
        scales.Count().ShouldBeGreaterThan(1);
        scales.ShouldAllBe(pair => pair.Value.Shape.Length == 0);
        (await File.ReadAllBytesAsync(_folder["again.onnx"])).ShouldBe(await File.ReadAllBytesAsync(_folder["q.onnx"]));
    }

    [Fact]
    public async Task FineTune_PlanWithPerTensorWeights_IsRefusedBeforeItTrains()
    {
        (await QuantizeAsync("q", "--data", Images, "--per-tensor-weights")).Code.ShouldBe(ExitCode.Done);

        var run = await CommandLineRun.OfAsync(
            "finetune", "--model", _folder["tiny.onnx"], "--plan", _folder["q.plan.json"], "--train", Images, "--eval", Images,
            "-o", _folder["tuned.onnx"]);

        run.ShouldBeRefused("give a plan made without --per-tensor-weights", ExitCode.Failed);
        File.Exists(_folder["tuned.onnx"]).ShouldBeFalse();
    }

    [Theory]
    [InlineData("--weight-bits", "4")]
    [InlineData("--rounding", "adaround")]
    [InlineData("--weight-correction", null)]
    [InlineData("--reestimate", null)]
    public async Task Quantize_PerTensorWeightsWithWhatScalesChannels_IsRefused(string option, string? value)
    {
        string[] also = value is null ? [option] : [option, value];

        var run = await QuantizeAsync("q", ["--data", Images, "--per-tensor-weights", .. also]);

        run.ShouldBeRefused("--per-tensor-weights was given with");
    }

    private Task<CommandLineRun> QuantizeAsync(string name, params string[] options) => CommandLineRun.OfAsync(
        ["quantize", "--model", _folder["tiny.onnx"], "-o", _folder[$"{name}.onnx"], .. options]);
}
