namespace Cluster.EndToEnd;

/// <summary>What networks above 2 GB go through, with a limit of some kilobytes in their place.</summary>
public sealed class LargeNetworkTests : IDisposable
{
    private const int Side = 64;
    private static readonly string[] Lowered = [$"{ModelFile.MostBytesVariable}=10000"];
    private readonly WorkFolder _folder = new();

    public LargeNetworkTests()
    {
        OnnxWriter.Write(Graph(), most: 10_000).WriteTo(_folder["net.onnx"], (path, write) =>
        {
            using var to = File.Create(path);
            write(to);
        });
        var random = new Random(5);
        NpzWriter.Write(
            _folder["x.npz"],
            ("x", TensorData.FromFloats([32, Side], [.. Enumerable.Range(0, 32 * Side).Select(_ => random.NextSingle())])));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Quantize_AboveTheLimit_IsTheNetworkOfOneFile()
    {
        string[] quantize = ["quantize", "--model", "net.onnx", "--data", "npz:x.npz", "--force", "-o"];
        (await RunAsync([], [.. quantize, "one.onnx"])).Code.ShouldBe(0);
        var run = await RunAsync(Lowered, [.. quantize, "apart.onnx"]);
        run.Code.ShouldBe(0, run.Error);

        ModelFile.Read(_folder["net.onnx"], most: 0).IsApart.ShouldBeTrue();
        File.Exists(_folder["one.onnx.data"]).ShouldBeFalse();
        File.Exists(_folder["apart.onnx.data"]).ShouldBeTrue();
        Outputs("apart.onnx").ShouldBe(Outputs("one.onnx"));
        string digest = ModelFile.Of(await File.ReadAllBytesAsync(_folder["one.onnx"], TestContext.Current.CancellationToken)).Digest;
        run.Output.ShouldContain(digest);
        var inspected = await RunAsync(Lowered, "inspect", "apart.onnx", "--json");
        inspected.Json().GetProperty("sha256").GetString().ShouldBe(digest);
        inspected.Json().GetProperty("groups").GetArrayLength().ShouldBe(4);

        var back = await RunAsync(Lowered, "dequantize", "--model", "apart.onnx", "-o", "back.onnx");
        back.Code.ShouldBe(0, back.Error);
        File.Exists(_folder["back.onnx.data"]).ShouldBeTrue();
        Outputs("back.onnx").Zip(Outputs("net.onnx")).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 0.1);
    }

    [Fact]
    public async Task Run_AboveTheLimit_PublishesTheWinnerWithItsData()
    {
        var run = await RunAsync(
            Lowered, "run", "--model", "net.onnx", "--data", "npz:x.npz", "--eval", "npz:x.npz", "--metric", "output-sqnr", "-o", "job");
        run.ShouldBeDone();

        File.Exists(_folder["job/winner.qdq.onnx.data"]).ShouldBeTrue();
        Outputs("job/winner.qdq.onnx").Zip(Outputs("net.onnx")).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 0.1);
    }

    private Task<ClusterProcess> RunAsync(string[] variables, params string[] args) =>
        ClusterProcess.RunWithAsync(variables, _folder.Root, args);

    // Of the files as they are, by ONNX Runtime alone.
    private float[] Outputs(string file)
    {
        using var session = OrtSession.Open(_folder[file], new OrtSessionOptions());
        var input = TensorData.FromFloats([2, Side], [.. Enumerable.Range(0, 2 * Side).Select(i => MathF.Abs(MathF.Sin(i)))]);
        return session.Run([input], ["y"])[0].As<float>().ToArray();
    }

    private static ModelGraph Graph()
    {
        const int Layers = 4;
        var random = new Random(3);
        return new ModelGraph
        {
            Name = "large",
            Opset = 13,
            Inputs = [new ValueInfo("x", ElementType.Float, [-1, Side])],
            Outputs = [new ValueInfo("y", ElementType.Float, [-1, Side])],
            Nodes =
            [
                .. Enumerable.Range(0, Layers).SelectMany(layer => new[]
                {
                    new GraphNode($"product{layer}", "MatMul", [layer == 0 ? "x" : $"r{layer - 1}", $"w{layer}"], [$"p{layer}"]),
                    new GraphNode($"relu{layer}", "Relu", [$"p{layer}"], [layer == Layers - 1 ? "y" : $"r{layer}"]),
                }),
            ],
            Initializers = Enumerable.Range(0, Layers).ToDictionary(
                layer => $"w{layer}",
                _ => TensorData.FromFloats(
                    [Side, Side], [.. Enumerable.Range(0, Side * Side).Select(_ => 0.3f * (random.NextSingle() - 0.5f))]),
                StringComparer.Ordinal),
        };
    }
}
