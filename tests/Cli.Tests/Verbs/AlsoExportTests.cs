using Cluster.Export.TensorRt;

namespace Cluster.Cli.Tests.Verbs;

public sealed class AlsoExportTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public AlsoExportTests() => TinyNetwork.Write(_folder.Root);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--also-export", "tensorrt,tensorrt-strongly-typed,paddle")]
    [InlineData("--also-export", "paddle", "--also-export", "tensorrt-strongly-typed,tensorrt")]
    public async Task Quantize_ForSeveralRuntimes_WritesTheFilesOfEach(params string[] options)
    {
        var run = await RunAsync(options);

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        string[] written = [.. Directory.EnumerateFiles(_folder.Root, "q.*").Select(file => Path.GetFileName(file)!)];
        written.ShouldBe(
        [
            "q.onnx", "q.plan.json", "q.paddle.json", "q.tensorrt.onnx", "q.tensorrt.cache", "q.tensorrt.ranges.json",
            "q.tensorrt-strongly-typed.onnx",
        ], ignoreOrder: true);
        run.Error.ShouldContain(
            "q.tensorrt-strongly-typed.onnx for TensorRT 11, which is not here: the network was compared in ONNX Runtime");
    }

    [Fact]
    public async Task Quantize_StronglyTyped_KeepsEndsAndRules()
    {
        (await RunAsync("--also-export", "tensorrt,tensorrt-strongly-typed")).Code.ShouldBe(ExitCode.Done);

        var given = OnnxReader.Read(_folder["tiny.onnx"]);
        var typed = OnnxReader.Read(_folder["q.tensorrt-strongly-typed.onnx"]);
        TensorRtLint.CheckStronglyTyped(typed).ShouldBeEmpty();
        Ends(typed).ShouldBe(Ends(given));
        typed.Initializers.Values.ShouldContain(constant => constant.Type == ElementType.Float16);
        OnnxReader.Read(_folder["q.tensorrt.onnx"]).Initializers.Values.ShouldNotContain(constant => constant.Type == ElementType.Float16);
    }

    [Fact]
    public async Task Quantize_StronglyTypedWithGroupsKeptInFloat32_LeavesThemThere()
    {
        var run = await RunAsync("--also-export", "tensorrt-strongly-typed", "--keep-fp32", "*");

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        OnnxReader.Read(_folder["q.tensorrt-strongly-typed.onnx"]).Initializers.Values
            .ShouldNotContain(constant => constant.Type == ElementType.Float16);
    }

    [Theory]
    [InlineData("--also-export must be tensorrt, tensorrt-strongly-typed or paddle, each at most once, not abacus", "abacus")]
    [InlineData("each at most once, not tensorrt,paddle,tensorrt", "tensorrt,paddle,tensorrt")]
    public async Task Quantize_ListThatIsWrong_IsUsage(string expected, string list)
    {
        var run = await RunAsync("--also-export", list);

        run.ShouldBeRefused(expected);
    }

    [Fact]
    public async Task Quantize_StronglyTypedWithoutSamples_IsUsage()
    {
        (await RunAsync()).Code.ShouldBe(ExitCode.Done);

        var run = await CommandLineRun.OfAsync(
        [
            "quantize", "--model", _folder["tiny.onnx"], "--plan", _folder["q.plan.json"], "--calibration", _folder["q.calibration"],
            "--also-export", "tensorrt-strongly-typed", "-o", _folder["again.onnx"],
        ]);

        run.ShouldBeRefused("--also-export tensorrt-strongly-typed was given without samples");
    }

    private static IEnumerable<(string Name, ElementType Type, string Shape)> Ends(ModelGraph graph) =>
        graph.Inputs.Concat(graph.Outputs).Select(end => (end.Name, end.Type, string.Join(',', end.Shape)));

    private Task<CommandLineRun> RunAsync(params string[] options) => CommandLineRun.OfAsync(
        [
            "quantize", "--model", _folder["tiny.onnx"], "--method", "max", "--data", $"idx:{_folder["images-idx3-ubyte"]}", "-o",
            _folder["q.onnx"], .. options,
        ]);
}
