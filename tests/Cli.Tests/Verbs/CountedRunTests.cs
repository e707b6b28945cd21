using Cluster.Data.Arrays;
using Cluster.Networks.Runtimes;

namespace Cluster.Cli.Tests.Verbs;

/// <summary>Whole runs, in this process, of networks that give as many rows as a sample's content makes: also none.</summary>
public sealed class CountedRunTests : IDisposable
{
    private const int Samples = 24, Width = 12, Rows = 10;

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("indices")]
    [InlineData("largest")]
    public async Task Run_RowsThatASampleCounts_EndsWithAFile(string kind)
    {
        var random = new Random(3);
        float[] Numbers(int count, double scale) =>
            [.. Enumerable.Range(0, count).Select(_ => (float)(scale * ((2 * random.NextDouble()) - 1)))];
        _folder.Write("net.onnx", OnnxWriter.Write(Net(kind, Numbers)).Message);
        float[] values = Numbers(Samples * Rows * Width, 1);
        foreach (int empty in new[] { 0, 13 })
        {
            values.AsSpan(empty * Rows * Width, Rows * Width).Clear();
        }

        NpzWriter.Write(_folder["x.npz"], ("x", TensorData.FromFloats([Samples, Rows, Width], values)));

        var run = await CommandLineRun.OfAsync(
            "run", "--model", _folder["net.onnx"], "--data", $"npz:{_folder["x.npz"]}@0..12", "--eval", $"npz:{_folder["x.npz"]}@12..",
            "--metric", "output-sqnr", "--max-drop", "10dB", "--methods", "mse", "--cache", "none", "-o", _folder["out"]);

        run.ShouldBeSearched();
        using var given = OrtSession.Open(_folder["net.onnx"], new OrtSessionOptions());
        using var winner = OrtSession.Open(_folder["out/winner.qdq.onnx"], new OrtSessionOptions());
        long[] counts = [.. Enumerable.Range(0, Samples).Select(sample => Count(given, sample))];
        counts.Distinct().Count().ShouldBeGreaterThan(2, "rows vary");
        (counts[0], counts[13]).ShouldBe((0, 0), "and samples of zeros have none");
        (Count(winner, 0), Count(winner, 13)).ShouldBe((0, 0));

        long Count(OrtSession session, int sample) => session.RunAll(
            [TensorData.FromFloats([1, Rows, Width], values.AsSpan(sample * Rows * Width, Rows * Width))])[0].Value.Count;
    }

    // Scores of rows by two products; none of a sample of zeros is above the threshold.
    private static ModelGraph Net(string kind, Func<int, double, float[]> numbers)
    {
        GraphNode[] head = kind switch
        {
            "indices" => [new("where", "NonZero", ["above"], ["y"])],
            _ =>
            [
                new("one", "Cast", ["above"], ["ones"], ("to", AttributeValue.Of((long)ElementType.Int64))),
                new("count", "ReduceSum", ["ones", "axes"], ["k"], ("keepdims", AttributeValue.Of(0L))),
                new("flat", "Reshape", ["k", "single"], ["k1"]),
                new("line", "Reshape", ["scores", "single"], ["all"]),
                new("largest", "TopK", ["all", "k1"], ["y", "places"]), // the places are unread
            ],
        };
        return new ModelGraph
        {
            Name = kind,
            Opset = 17,
            Inputs = [new ValueInfo("x", ElementType.Float, [1, Rows, Width])],
            Outputs = [new ValueInfo("y", kind == "indices" ? ElementType.Int64 : ElementType.Float, []) { ShapeKnown = false }],
            Nodes =
            [
                new("first", "MatMul", ["x", "w1"], ["a"]), new("relu", "Relu", ["a"], ["b"]),
                new("second", "MatMul", ["b", "w2"], ["scores"]), new("above", "Greater", ["scores", "threshold"], ["above"]),
                .. head,
            ],
            Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal)
            {
                ["w1"] = TensorData.FromFloats([Width, 16], numbers(Width * 16, 0.5)),
                ["w2"] = TensorData.FromFloats([16, 1], numbers(16, 0.5)),
                ["threshold"] = TensorData.FromFloats([], [0.05f]),
                ["axes"] = TensorData.FromInt64([3], [0, 1, 2]),
                ["single"] = TensorData.FromInt64([1], [-1]),
            },
        };
    }
}
