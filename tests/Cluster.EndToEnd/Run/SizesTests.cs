namespace Cluster.EndToEnd.Run;

/// <summary>A network with free sizes, and an option among its inputs, on samples of several shapes.</summary>
public sealed class SizesTests : IDisposable
{
    private static readonly (int Height, int Width)[] Sizes = [(12, 16), (12, 16), (20, 10)];
    private readonly WorkFolder _folder = new();
    private readonly Random _random = new(1);

    public SizesTests()
    {
        var first = new GraphNode("first", "Conv", ["x", "w"], ["a"], ("kernel_shape", AttributeValue.Of((IReadOnlyList<long>)[3, 3])));
        var last = new GraphNode("last", "Conv", ["r", "v"], ["c"], ("kernel_shape", AttributeValue.Of((IReadOnlyList<long>)[3, 3])));
        File.WriteAllBytes(_folder["net.onnx"], OnnxWriter.Write(new ModelGraph
        {
            Name = "net",
            Opset = 13,
            Inputs = [new ValueInfo("x", ElementType.Float, [-1, 3, -1, -1]), new ValueInfo("gain", ElementType.Float, [])],
            Outputs = [new ValueInfo("y", ElementType.Float, [-1, 4, -1, -1])],
            Nodes = [first, new GraphNode("relu", "Relu", ["a"], ["r"]), last, new GraphNode("mul", "Mul", ["c", "gain"], ["y"])],
            Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal)
            {
                ["w"] = Values(8, 3, 3, 3),
                ["v"] = Values(4, 8, 3, 3),
            },
        }).Message);
        NpzWriter.Write(_folder["x.npz"], [.. Samples()]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Quantize_SamplesOfSeveralShapes_WritesAFileForAllOfThem()
    {
        var run = await ClusterProcess.RunAsync(
            _folder.Root, "quantize", "--model", "net.onnx", "--set", "gain=2", "--data", "npz:x.npz@0..12", "--eval", "npz:x.npz@12..",
            "--metric", "output-sqnr", "--batch", "1", "--json", "-o", "q.onnx");

        run.ShouldBeDone();
        run.Error.ShouldContain("gain=2 is a constant of the written network, which has no such input");
        run.Error.ShouldContain("have 2 shapes, so each is run by itself; latency is timed at x 3x12x16, which 8 of 12 have");
        OnnxReader.Read(_folder["q.onnx"]).Inputs.ShouldHaveSingleItem().Shape.ShouldBe([-1, 3, -1, -1]);
        using var given = OrtSession.Open(_folder["net.onnx"], new OrtSessionOptions());
        using var quantized = OrtSession.Open(_folder["q.onnx"], new OrtSessionOptions());
        double signal = 0;
        double noise = 0;
        foreach (var (_, sample) in Samples())
        {
            var x = sample.Reshaped([1, .. sample.Shape]);
            float[] exact = given.RunAll([x, TensorData.FromFloats([], [2])])[0].Value.As<float>().ToArray();
            float[] found = quantized.RunAll([x])[0].Value.As<float>().ToArray();
            found.Length.ShouldBe(exact.Length);
            signal += exact.Sum(value => (double)value * value);
            noise += exact.Zip(found, (before, after) => Math.Pow(before - after, 2)).Sum();
        }

        (10 * Math.Log10(signal / noise)).ShouldBeGreaterThan(30);
    }

    [Fact]
    public async Task Run_PicturesOfTheirOwnSizes_ResultAndReportNameTheTimedOne()
    {
        for (int i = 0; i < 24; i++)
        {
            var (height, width) = Sizes[i % Sizes.Length];
            byte[] pixels = new byte[3 * height * width];
            _random.NextBytes(pixels);
            IdxWriter.WriteImages(_folder["one.idx"], pixels, 3, height, width, gzip: false);
            _folder.Write($"pictures/{i:00}.png", DataSource.Open($"idx:{_folder["one.idx"]}").Png(0));
        }

        _folder.Write(
            "net.preprocess.json",
            """{"layout": "NCHW", "color": "RGB", "scale": 0.0039, "mean": [0.5, 0.5, 0.5], "std": [1, 1, 1]}""");
        var run = await ClusterProcess.RunAsync(
            _folder.Root, "run", "--model", "net.onnx", "--set", "gain=2", "--data", "folder:pictures@0..12",
            "--eval", "folder:pictures@12..", "--metric", "output-sqnr", "--max-drop", "20dB", "--methods", "max", "--batch", "1",
            "--cache", "none", "-o", "out");

        run.ShouldBeDone();
        new JobFiles(_folder["out"]).Result().GetProperty("model").GetProperty("timedShape").GetString().ShouldBe("x 3x12x16");
        (await File.ReadAllTextAsync(_folder["out/report.html"], TestContext.Current.CancellationToken)).ShouldContain(
            "<dt>Timed shape</dt><dd>x 3x12x16</dd>");
    }

    [Fact]
    public async Task Quantize_ShapeThatNoSampleHas_SaysBoth()
    {
        var run = await ClusterProcess.RunAsync(
            _folder.Root, "quantize", "--model", "net.onnx", "--set", "gain=2", "--data", "npz:x.npz", "--shape", "x=1,3,8,8",
            "-o", "q.onnx");

        run.Code.ShouldBe(1);
        run.Error.ShouldContain(
            "--shape gives 'x' the shape [1,3,8,8], and the samples of 'npz:x.npz' have [3,12,16] or another of 2 shapes");
    }

    [Fact]
    public async Task Inspect_ShapeAndSetting_AreTaken()
    {
        var run = await ClusterProcess.RunAsync(_folder.Root, "inspect", "net.onnx", "--set", "gain=2", "--shape", "x=1,3,12,16");

        run.ShouldBeDone();
        run.Output.ShouldContain("figures are for x [3, 12, 16]");
        run.Output.ShouldNotContain("gain");
    }

    private IEnumerable<(string Name, TensorData Array)> Samples() => Enumerable.Range(0, 24).Select(i =>
        ($"x_{i}", Values(3, Sizes[i % Sizes.Length].Height, Sizes[i % Sizes.Length].Width)));

    private TensorData Values(params long[] shape)
    {
        int count = (int)shape.Aggregate(1L, (all, size) => all * size);
        return TensorData.FromFloats(shape, [.. Enumerable.Range(0, count).Select(_ => (float)_random.NextDouble() - 0.5f)]);
    }
}
