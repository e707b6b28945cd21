namespace Cluster.Evaluation.Tests.Setup;

/// <summary>A job that times an LSTM in INT8 in batches has a warning, and no other job has it.</summary>
public sealed class RecurrentBatchesTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(-1, 32, 2, "batches of 32, as they are timed, on 2 threads answer otherwise")]
    [InlineData(-1, 8, 1, "batches of 8, as they are timed, on 1 thread answer otherwise")]
    [InlineData(-1, 1, 2, null)]
    [InlineData(1, 32, 2, null)]
    public void Warning_NetworkWithAnLstm_IsThatOfItsBatches(int rows, int batch, int threads, string? words)
    {
        var network = Network(rows);
        var options = new JobOptions { Batch = batch, Threads = threads };
        string lstm = network.Grouped.Groups.Single(group => group.IsRecurrent).Name;

        string? said = RecurrentBatches.Warning(network, options);

        (said is null).ShouldBe(words is null);
        said?.ShouldContain(words!);
        RecurrentBatches.Warning(network, options, Plan(GroupFormat.Int8)).ShouldBe(said);
        RecurrentBatches.Warning(network, options, Plan(GroupFormat.Baseline)).ShouldBeNull();

        Plan Plan(GroupFormat format) => new(TargetList.Usual.Name, [GroupDecision.In(format, lstm, "max", biasCorrection: false)]);
    }

    private NetworkFile Network(int rows)
    {
        var random = new Random(1);
        TensorData Numbers(params long[] shape) =>
            TensorData.FromFloats(shape, [.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(_ => random.NextSingle())]);
        File.WriteAllBytes(_folder["net.onnx"], OnnxWriter.Write(new ModelGraph
        {
            Name = "net",
            Opset = 14,
            Inputs = [new ValueInfo("x", ElementType.Float, [rows, 5, 6])],
            Outputs = [new ValueInfo("y", ElementType.Float, [rows, 20])],
            Nodes =
            [
                new GraphNode("t", "Transpose", ["x"], ["t"], ("perm", AttributeValue.Of((IReadOnlyList<long>)[1, 0, 2]))),
                new GraphNode("h", "LSTM", ["t", "w", "r"], ["h"], ("hidden_size", AttributeValue.Of(4L))),
                new GraphNode("p", "Transpose", ["h"], ["p"], ("perm", AttributeValue.Of((IReadOnlyList<long>)[2, 0, 1, 3]))),
                new GraphNode("y", "Flatten", ["p"], ["y"]),
            ],
            Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal)
            {
                ["w"] = Numbers(1, 16, 6),
                ["r"] = Numbers(1, 16, 4),
            },
        }).Message);
        return NetworkFile.Open(_folder["net.onnx"]);
    }
}
