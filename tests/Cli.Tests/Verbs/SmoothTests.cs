using Cluster.Data.Arrays;

namespace Cluster.Cli.Tests.Verbs;

public sealed class SmoothTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Smooth_TransformerWithOutliers_IsQuantizedNearerToFloat()
    {
        _folder.Write("vit.onnx", OnnxWriter.Write(WithOutliers(GlyphTransformer.ToGraph(3))).Message);
        File.Copy(Checkout.At("samples", "glyphs.preprocess.json"), _folder["vit.preprocess.json"]);
        GlyphFiles.Write(_folder.Root, new GlyphGenerator(1), GlyphSet.Calibration, 64);
        string images = $"idx:{GlyphFiles.ImagesPath(_folder.Root, GlyphSet.Calibration)}";

        var smoothed = await RunAsync("smooth", "--model", _folder["vit.onnx"], "--data", images, "-o", _folder["smooth.onnx"]);
        double before = await KlAsync("vit.onnx", images);
        double after = await KlAsync("smooth.onnx", images);

        smoothed.GetProperty("tensors").GetArrayLength().ShouldBe(3 * 2); // before attention and before the wide layer of each block
        smoothed.GetProperty("difference").GetDouble().ShouldBeLessThan(1e-4);
        after.ShouldBeLessThan(before / 2);
    }

    [Theory]
    [InlineData("--alpha is 1.5", "--alpha", "1.5")]
    [InlineData("--alpha must be a number with a point, such as 0.5, not '0,5'.", "--alpha", "0,5")]
    [InlineData("is the model itself", "-o", "m.onnx", "--force")]
    public async Task Smooth_WrongOptions_AreUsage(string message, params string[] options)
    {
        _folder.Write("m.onnx", [1]);
        string[] output = options.Contains("-o") ? [] : ["-o", _folder["s.onnx"]];
        string[] given = [.. options.Select(option => option == "m.onnx" ? _folder["m.onnx"] : option)];

        var run = await CommandLineRun.OfAsync(["smooth", "--model", _folder["m.onnx"], "--data", "npz:x.npz", .. output, .. given]);

        run.ShouldBeRefused(message);
    }

    [Fact]
    public async Task Smooth_SizesThatTheFileLeavesFree_AreTheDatasAndStayFree()
    {
        WriteTokens(9, 8);

        var smoothed = await RunAsync("smooth", "--model", _folder["m.onnx"], "--data", $"npz:{_folder["x.npz"]}", "-o", _folder["s.onnx"]);

        smoothed.GetProperty("tensors").GetArrayLength().ShouldBe(1);
        var input = OnnxReader.Read(_folder["s.onnx"]).Inputs.ShouldHaveSingleItem();
        input.Shape.ShouldBe([-1, -1, 8]);
        input.AxisNames.ShouldBe(["batch", "sequence", ""]);
    }

    [Fact]
    public async Task Smooth_DataOfAnotherWidth_NamesFreeAxesAsTheFileDoes()
    {
        WriteTokens(9, 7);

        var run = await CommandLineRun.OfAsync(
            "smooth", "--model", _folder["m.onnx"], "--data", $"npz:{_folder["x.npz"]}", "-o", _folder["s.onnx"]);

        run.Error.ShouldContain("float32 [64,9,7] but the network's input 'x' (float32 [batch,sequence,8]) is to be filled");
    }

    private void WriteTokens(int length, int width)
    {
        float[] Values(int count) => [.. Enumerable.Range(0, count).Select(i => MathF.Sin(i))];
        _folder.Write("m.onnx", OnnxWriter.Write(new ModelGraph
        {
            Name = "tokens",
            Opset = 17,
            Inputs = [new ValueInfo("x", ElementType.Float, [-1, -1, 8]) { AxisNames = ["batch", "sequence", ""] }],
            Outputs = [new ValueInfo("y", ElementType.Float, []) { ShapeKnown = false }],
            Nodes =
            [
                new GraphNode("normal", "LayerNormalization", ["x", "gain", "shift"], ["n"]),
                new GraphNode("product", "MatMul", ["n", "w"], ["y"]),
            ],
            Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal)
            {
                ["gain"] = TensorData.FromFloats([8], Values(8)),
                ["shift"] = TensorData.FromFloats([8], Values(8)),
                ["w"] = TensorData.FromFloats([8, 4], Values(32)),
            },
        }).Message);
        NpzWriter.Write(_folder["x.npz"], ("x", TensorData.FromFloats([64, length, width], Values(64 * length * width))));
    }

    // What training does to large transformers: a few channels of a normalization are large, and the weights that read them small.
    private static ModelGraph WithOutliers(ModelGraph graph)
    {
        const float Factor = 60;
        var constants = new Dictionary<string, TensorData>(graph.Initializers, StringComparer.Ordinal);
        foreach (var (gain, weight) in new[] { ("before.gain", "qkv.weight"), ("after.gain", "up.weight") })
        {
            for (int block = 1; block <= 3; block++)
            {
                Scale($"block{block}.{gain}", 1, Factor);
                Scale($"block{block}.{weight}", graph.Initializers[$"block{block}.{weight}"].Shape[1], 1 / Factor);
            }
        }

        return graph with { Initializers = constants };

        void Scale(string name, long row, float factor)
        {
            float[] values = constants[name].As<float>().ToArray();
            for (long i = 5 * row; i < 6 * row; i++)
            {
                values[i] *= factor;
            }

            constants[name] = TensorData.FromFloats(constants[name].Shape, values);
        }
    }

    private async Task<double> KlAsync(string model, string images)
    {
        var report = await RunAsync(
            "quantize", "--model", _folder[model], "--method", "max", "--data", images, "--eval", images, "-o", _folder["q." + model]);
        return report.GetProperty("accuracy").GetProperty("kl").GetDouble();
    }

    private static async Task<JsonElement> RunAsync(params string[] args) =>
        (await CommandLineRun.OfAsync([.. args, "--json"])).Report();
}
