namespace Cluster.Cli.Tests.Verbs;

public sealed class PaddleScalesTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public PaddleScalesTests() => TinyNetwork.Write(_folder.Root);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Quantize_WithThresholdsOfAnEarlierExport_ExportsTheSameBytes()
    {
        await QuantizeAsync("kl", "a", "--also-export", "paddle");
        await QuantizeAsync("kl", "t", "--also-export", "tensorrt");
        await QuantizeAsync("max", "plain", "--also-export", "paddle");

        await QuantizeAsync("max", "b", "--also-export", "paddle", "--paddle-scales", _folder["a.paddle.json"]);
        await QuantizeAsync("max", "u", "--also-export", "tensorrt", "--paddle-scales", _folder["a.paddle.json"]);

        Bytes("b.paddle.json").ShouldBe(Bytes("a.paddle.json"));
        Bytes("plain.paddle.json").ShouldNotBe(Bytes("a.paddle.json"), "another calibrator has other thresholds");
        Bytes("u.tensorrt.cache").ShouldBe(Bytes("t.tensorrt.cache"), "the network beside it has the biases of its own plan");
        Bytes("b.onnx").ShouldBe(Bytes("plain.onnx"), "the file itself has its own calibrator's ranges");
    }

    [Theory]
    [InlineData("was given without --also-export", "--paddle-scales", "x.json")]
    [InlineData("were both given", "--also-export", "tensorrt", "--paddle-scales", "x.json", "--calibration-cache", "x.json")]
    [InlineData("--also-export must be tensorrt, tensorrt-strongly-typed or paddle", "--also-export", "abacus")]
    public async Task Quantize_OptionsThatDoNotGoTogether_AreUsage(string expected, params string[] options)
    {
        _folder.Write("x.json", "{}");

        var run = await RunAsync("max", "q", [.. options.Select(option => option == "x.json" ? _folder["x.json"] : option)]);

        run.ShouldBeRefused(expected);
    }

    [Fact]
    public async Task Quantize_ListThatIsNone_IsRefusedBeforeAnyWork()
    {
        _folder.Write("x.json", "{}");

        var run = await RunAsync("max", "q", "--also-export", "paddle", "--paddle-scales", _folder["x.json"]);

        run.ShouldBeRefused("'x.json' is no list of PaddleSlim's operators", ExitCode.Failed);
        File.Exists(_folder["q.onnx"]).ShouldBeFalse();
    }

    private byte[] Bytes(string name) => File.ReadAllBytes(_folder[name]);

    private async Task QuantizeAsync(string method, string output, params string[] options)
    {
        var run = await RunAsync(method, output, options);
        run.Code.ShouldBe(ExitCode.Done, run.Error);
    }

    private Task<CommandLineRun> RunAsync(string method, string output, params string[] options) => CommandLineRun.OfAsync(
        [
            "quantize", "--model", _folder["tiny.onnx"], "--method", method, "--data", $"idx:{_folder["images-idx3-ubyte"]}", "-o",
            _folder[$"{output}.onnx"], .. options,
        ]);
}
