using Cluster.Export.TensorRt;
using Cluster.Storage.Files;

namespace Cluster.Cli.Tests.Verbs;

/// <summary>`quantize --plan` of plans for other targets: their form of file, measured in their runtime.</summary>
public sealed class QuantizePlanTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public QuantizePlanTests() => TinyNetwork.Write(_folder.Root);

    private string Images => $"idx:{_folder["images-idx3-ubyte"]}";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Quantize_PlanForLibtorch_IsMeasuredThere()
    {
        string plan = await PlanForAsync("libtorch-cpu", GroupFormat.Int8);

        var run = await QuantizeAsync(
            plan, "--calibration", _folder["q.calibration"], "--eval", $"{Images}@48..", "--batch", "1", "--json");

        var report = run.Report();
        report.GetProperty("latency").GetProperty("runtime").GetString().ShouldStartWith("libtorch ");
        report.GetProperty("accuracy").GetProperty("total").GetInt32().ShouldBe(48);
        report.GetProperty("parity").GetProperty("passed").GetBoolean().ShouldBeTrue();
        Network("again.onnx").ShouldBe(Network("q.onnx"), "but for the plan's digest it is the file of ONNX Runtime's processor");
    }

    [Fact]
    public async Task Quantize_PlanInAFloatThatItsTargetTakes_IsBuilt()
    {
        string plan = await PlanForAsync("libtorch-cpu", GroupFormat.Float16);

        var run = await QuantizeAsync(plan, "--data", $"{Images}@0..48");

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        OnnxReader.Read(_folder["again.onnx"]).Nodes.ShouldContain(node => node.OpType == "Cast");
    }

    [Fact]
    public async Task Quantize_PlanForAGpuThatIsNotHere_IsWrittenByItsRulesAndNotRun()
    {
        string plan = await PlanForAsync("onnxruntime-tensorrt", GroupFormat.Int8);

        var run = await QuantizeAsync(plan, "--data", $"{Images}@0..48");
        var measured = await QuantizeAsync(plan, "--data", $"{Images}@0..48", "--eval", $"{Images}@48..", "--force");

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Error.ShouldContain("The target onnxruntime-tensorrt cannot be measured on this machine");
        run.Error.ShouldContain("The file is as the plan says, but is not run here.");
        TensorRtLint.Require(OnnxReader.Read(_folder["again.onnx"]));
        Bytes("again.onnx").ShouldNotBe(Bytes("q.onnx"));
        measured.ShouldBeRefused("The target onnxruntime-tensorrt cannot be measured on this machine", ExitCode.Failed);
    }

    // The plan of a quantization, for another target and with its first group in another format.
    private async Task<string> PlanForAsync(string target, GroupFormat format)
    {
        var run = await CommandLineRun.OfAsync(
            "quantize", "--model", _folder["tiny.onnx"], "--data", $"{Images}@0..48", "--method", "max", "--format", "int8",
            "--form", "plain", "-o", _folder["q.onnx"]);
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        var file = PlanFiles.Read(_folder["q.plan.json"]);
        var first = file.Plan.Groups[0];
        var changed = format == first.Format
            ? first
            : GroupDecision.In(format, first.Group, first.Calibrator, first.BiasCorrection);
        var plan = new Plan(target, [changed, .. file.Plan.Groups.Skip(1)]);
        string path = _folder["other.plan.json"];
        await File.WriteAllTextAsync(path, new PlanFile(plan, file.BuiltFrom, file.Seed).Format(), TestContext.Current.CancellationToken);
        return path;
    }

    private byte[] Bytes(string name) => File.ReadAllBytes(_folder[name]);

    // Without its notes.
    private byte[] Network(string name) => OnnxWriter.Write(OnnxReader.Read(_folder[name]) with
    {
        Metadata = new Dictionary<string, string>(StringComparer.Ordinal),
    }).Message;

    private Task<CommandLineRun> QuantizeAsync(string plan, params string[] more) => CommandLineRun.OfAsync(
        ["quantize", "--model", _folder["tiny.onnx"], "--plan", plan, "-o", _folder["again.onnx"], .. more]);
}
