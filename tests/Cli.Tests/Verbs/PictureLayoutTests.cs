namespace Cluster.Cli.Tests.Verbs;

/// <summary>Pictures for networks of TensorFlow, which take channels last.</summary>
public sealed class PictureLayoutTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Quantize_ChannelsLast_TakesPicturesAndFreeSizes()
    {
        var run = await QuantizeAsync("NHWC");

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        OnnxReader.Read(_folder["q.onnx"]).Inputs[0].Shape.ShouldBe([-1, -1, -1, 1]);
    }

    [Fact]
    public async Task Quantize_ChannelsLastWithoutALayout_SaysWhatToWrite() =>
        (await QuantizeAsync("NCHW")).Error.ShouldContain("write \"layout\": \"NHWC\" there");

    private async Task<CommandLineRun> QuantizeAsync(string layout)
    {
        _folder.Write("net.onnx", OnnxWriter.Write(new ModelGraph
        {
            Name = "last",
            Opset = 13,
            Inputs = [new ValueInfo("x", ElementType.Float, [-1, -1, -1, 1])],
            Outputs = [new ValueInfo("y", ElementType.Float, []) { ShapeKnown = false }],
            Nodes =
            [
                new GraphNode("turned", "Transpose", ["x"], ["t"], ("perm", AttributeValue.Of((IReadOnlyList<long>)[0, 3, 1, 2]))),
                new GraphNode("conv", "Conv", ["t", "w"], ["c"]),
                new GraphNode("pool", "GlobalAveragePool", ["c"], ["p"]),
                new GraphNode("flat", "Flatten", ["p"], ["y"]),
            ],
            Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal)
            {
                ["w"] = TensorData.FromFloats([4, 1, 3, 3], [.. Enumerable.Range(0, 36).Select(i => MathF.Sin(i))]),
            },
        }).Message);
        string preprocess = await File.ReadAllTextAsync(
            Checkout.At("samples", "glyphs.preprocess.json"), TestContext.Current.CancellationToken);
        _folder.Write("net.preprocess.json", preprocess.Replace("NCHW", layout, StringComparison.Ordinal));
        GlyphFiles.Write(_folder.Root, new GlyphGenerator(1), GlyphSet.Calibration, 32);
        var glyphs = DataSource.Open($"idx:{GlyphFiles.ImagesPath(_folder.Root, GlyphSet.Calibration)}");
        for (int i = 0; i < glyphs.Count; i++)
        {
            _folder.Write($"d/{i:00}.png", glyphs.Png(i));
        }

        return await CommandLineRun.OfAsync(
            "quantize", "--model", _folder["net.onnx"], "--data", $"folder:{_folder["d"]}", "-o", _folder["q.onnx"]);
    }
}
