using System.Text.Json;
using Cluster.Kernels.Graphs.Onnx;

namespace Cluster.Cli.Tests.Verbs;

public sealed class QuantizeWeightsTests : IDisposable
{
    private const int Images = 96;

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task QuantizeWeights_Transformer_IsSmallAndGptqIsNearerToFloat()
    {
        string images = Transformer(width: 256);

        var nearest = await RunAsync("nearest.onnx", images, "--bits", "4", "--rounding", "nearest");
        var adapted = await RunAsync("gptq.onnx", images, "--bits", "4", "--data", images);
        var bytes = await RunAsync("bytes.onnx", images, "--bits", "8", "--block", "64");

        adapted.GetProperty("products").GetArrayLength().ShouldBe((3 * 4) + 1); // four layers a block, the head
        adapted.GetProperty("kept").GetInt32().ShouldBe(3 * 2); // of activations: attention
        adapted.GetProperty("rounding").GetString().ShouldBe("gptq");
        Kl(adapted).ShouldBeLessThan(Kl(nearest));
        Kl(bytes).ShouldBeLessThan(Kl(adapted));
        adapted.GetProperty("share").GetDouble().ShouldBeLessThan(0.2);
        bytes.GetProperty("share").GetDouble().ShouldBeLessThan(0.3);
        new FileInfo(_folder["gptq.onnx"]).Length.ShouldBe(adapted.GetProperty("output").GetProperty("sizeBytes").GetInt64());
    }

    [Fact]
    public async Task QuantizeWeights_WithoutData_WritesTheFileAndATable()
    {
        Transformer();

        var run = await CommandLineRun.OfAsync("quantize-weights", "--model", _folder["vit.onnx"], "-o", _folder["q.onnx"]);

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Output.ShouldContain("13 matrices in 4 bits, multiplied with float activations; 6 other products stayed as they were");
        run.Output.ShouldContain("% of FP32's");
        File.Exists(_folder["q.onnx"]).ShouldBeTrue();
    }

    [Fact]
    public async Task QuantizeWeights_SeveralInputs_TakesArrays()
    {
        TokenNetwork.Write(_folder.Root, 64);
        string data = $"npz:{_folder["sentences.npz"]}";

        var run = await CommandLineRun.OfAsync(
            "quantize-weights", "--model", _folder["tokens.onnx"], "--data", data, "--eval", data, "--block", "16", "-o",
            _folder["q.onnx"], "--json");

        var json = run.Report();
        json.GetProperty("products").EnumerateArray().Select(product => product.GetProperty("weight").GetString())
            .ShouldBe(["weight", "head"]);
        json.GetProperty("accuracy").GetProperty("total").GetInt32().ShouldBe(64);
    }

    [Theory]
    [InlineData("4 or 8 bits in blocks", "--bits", "3")]
    [InlineData("4 or 8 bits in blocks", "--block", "48")]
    [InlineData("--rounding is 'best'", "--rounding", "best")]
    [InlineData("--activations is 'int4'", "--activations", "int4")]
    [InlineData("gptq adapts weights to calibration data", "--rounding", "gptq")]
    public async Task QuantizeWeights_WrongOptions_AreUsage(string message, params string[] options)
    {
        _folder.Write("tiny.onnx", OnnxWriter.Write(TinyNetwork.Graph()).Message);
        var run = await CommandLineRun.OfAsync(["quantize-weights", "--model", _folder["tiny.onnx"], "-o", _folder["q.onnx"], .. options]);

        run.ShouldBeRefused(message);
    }

    [Fact]
    public async Task QuantizeWeights_OutputExists_IsKept()
    {
        _folder.Write("tiny.onnx", OnnxWriter.Write(TinyNetwork.Graph()).Message);
        _folder.Write("q.onnx", [1]);
        Task<CommandLineRun> To(string output, params string[] more) =>
            CommandLineRun.OfAsync(["quantize-weights", "--model", _folder["tiny.onnx"], "-o", output, .. more]);

        (await To(_folder["q.onnx"])).Error.ShouldContain("exists already");
        (await To(_folder["tiny.onnx"], "--force")).Error.ShouldContain("is the model itself");
        (await To(_folder.Root)).Error.ShouldContain("is a folder");
    }

    [Fact]
    public async Task QuantizeWeights_NetworkWithoutProducts_SaysSo()
    {
        var graph = TinyNetwork.Graph();
        _folder.Write("conv.onnx", OnnxWriter.Write(graph with
        {
            Nodes = [.. graph.Nodes.Take(1)],
            Outputs = [graph.Outputs[0] with { Name = graph.Nodes[0].Output }],
        }).Message);

        var run = await CommandLineRun.OfAsync("quantize-weights", "--model", _folder["conv.onnx"], "-o", _folder["q.onnx"]);

        run.ShouldBeRefused("no product by a constant float matrix", ExitCode.Failed);
        File.Exists(_folder["q.onnx"]).ShouldBeFalse();
    }

    private static double Kl(JsonElement report) => report.GetProperty("accuracy").GetProperty("kl").GetDouble();

    private async Task<JsonElement> RunAsync(string output, string images, params string[] options) => (await CommandLineRun.OfAsync(
        ["quantize-weights", "--model", _folder["vit.onnx"], "--eval", images, "-o", _folder[output], "--json", .. options])).Report();

    // With random weights: only what they give is compared with what they gave.
    private string Transformer(long width = GlyphTransformer.UsualWidth)
    {
        _folder.Write("vit.onnx", OnnxWriter.Write(GlyphTransformer.ToGraph(3, width)).Message);
        File.Copy(Checkout.At("samples", "glyphs.preprocess.json"), _folder["vit.preprocess.json"]);
        GlyphFiles.Write(_folder.Root, new GlyphGenerator(1), GlyphSet.Calibration, Images);
        return $"idx:{GlyphFiles.ImagesPath(_folder.Root, GlyphSet.Calibration)}";
    }
}
