namespace Cluster.Cli.Tests.Verbs;

/// <summary>Networks whose inputs and outputs are not float32, and those that are quantized already.</summary>
public sealed class OtherEndsTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly ModelGraph _glyphs = OnnxReader.Read(Checkout.At("samples", "glyphs.onnx"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Quantize_Float16AtItsEnds_WritesAFileWithIt()
    {
        var run = await QuantizeAsync(_glyphs with
        {
            Inputs = [_glyphs.Inputs[0] with { Type = ElementType.Float16 }],
            Outputs = [_glyphs.Outputs[0] with { Type = ElementType.Float16 }],
            Initializers = _glyphs.Initializers.ToDictionary(pair => pair.Key, pair => pair.Value.Narrowed(ElementType.Float16)),
        });

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        Ends().ShouldBe([ElementType.Float16, ElementType.Float16]);
        run.Report().GetProperty("metric").GetProperty("value").GetDouble().ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task Quantize_AnOutputOfClassesAlone_IsJudgedByIt()
    {
        var run = await QuantizeAsync(_glyphs with
        {
            Outputs = [new ValueInfo("class", ElementType.Int64, [-1])],
            Nodes =
            [
                .. _glyphs.Nodes, new GraphNode("argmax", "ArgMax", [_glyphs.Outputs[0].Name], ["class"],
                    ("axis", AttributeValue.Of(1L)), ("keepdims", AttributeValue.Of(0L))),
            ],
        });

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        Ends().ShouldBe([ElementType.Float, ElementType.Int64]);
    }

    [Fact]
    public async Task Dequantize_AQuantizedFile_CanBeQuantizedAgain()
    {
        (await QuantizeAsync(_glyphs)).Code.ShouldBe(ExitCode.Done);

        var run = await CommandLineRun.OfAsync("dequantize", "--model", _folder["q.onnx"], "-o", _folder["f.onnx"], "--json");

        run.Report().GetProperty("removed").GetString()!.ShouldContain("QuantizeLinear");
        File.Exists(_folder["f.preprocess.json"]).ShouldBeFalse("there is none beside the file");
        var again = await QuantizeAsync(OnnxReader.Read(_folder["f.onnx"]), "--force");
        again.Code.ShouldBe(ExitCode.Done, again.Error);
        again.Report().GetProperty("metric").GetProperty("value").GetDouble().ShouldBeGreaterThan(20);
    }

    private ElementType[] Ends()
    {
        var graph = OnnxReader.Read(_folder["q.onnx"]);
        return [.. graph.Inputs.Concat(graph.Outputs).Select(end => end.FileType ?? end.Type)];
    }

    private Task<CommandLineRun> QuantizeAsync(ModelGraph graph, params string[] options)
    {
        _folder.Write("net.onnx", OnnxWriter.Write(graph).Message);
        File.Copy(Checkout.At("samples", "glyphs.preprocess.json"), _folder["net.preprocess.json"], overwrite: true);
        GlyphFiles.Write(_folder.Root, new GlyphGenerator(1), GlyphSet.Calibration, 32);
        string images = $"idx:{GlyphFiles.ImagesPath(_folder.Root, GlyphSet.Calibration)}";
        return CommandLineRun.OfAsync(
        [
            "quantize", "--model", _folder["net.onnx"], "--data", images, "--eval", images, "--metric", "output-sqnr",
            "-o", _folder["q.onnx"], "--json", .. options,
        ]);
    }
}
