namespace Cluster.Evaluation.Tests.Setup;

/// <summary>Of samples of several shapes `--shape` says which is timed: times at one tell nothing of another.</summary>
public sealed class TimedShapeTests : IDisposable
{
    private const string Low = "x=1,3,6,10";
    private const string High = "x=1,3,24,20";
    private readonly WorkFolder _folder = new();

    public TimedShapeTests()
    {
        var conv = new GraphNode("y", "Conv", ["x", "w"], ["y"], ("kernel_shape", AttributeValue.Of((IReadOnlyList<long>)[3, 3])));
        File.WriteAllBytes(_folder["net.onnx"], OnnxWriter.Write(new ModelGraph
        {
            Name = "net",
            Opset = 13,
            Inputs = [new ValueInfo("x", ElementType.Float, [-1, 3, -1, -1])],
            Outputs = [new ValueInfo("y", ElementType.Float, [-1, 4, -1, -1])],
            Nodes = [conv],
            Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal)
            {
                ["w"] = TensorData.FromFloats([4, 3, 3, 3], Sample.Values(108, 1, 1)),
            },
        }).Message);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_TableOfTheSameShape_IsTaken()
    {
        string table = Table(Low);

        LatencyTableFile.Read(table, Context(Low)).Observations.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Low)]
    [InlineData(null)]
    public void Read_TableOfAnotherShape_IsRefused(string? shape)
    {
        string table = Table(shape);

        Should.Throw<JobException>(() => LatencyTableFile.Read(table, Context(High))).Message.ShouldBe(
            $"{table} was measured for another model, calibration data, shape, seed, runtime, batch or number of threads than this job's: "
            + "leave --latency-table out, or use the same ones.");
    }

    [Fact]
    public void Describe_EvaluationOfOtherShapes_IsTimedAtThatOfTheCalibration()
    {
        string calibration = Samples("calibration", (6, 10));
        using var job = Describe(calibration, Samples("small", (5, 9), (7, 8)));
        using var other = Describe(calibration, Samples("large", (30, 20), (20, 30)));

        other.Spec.LatencyContext.ShouldBe(job.Spec.LatencyContext, "evaluation data are no part of it");
        (job.TimedShape, other.TimedShape).ShouldBe(("x 3x6x10", "x 3x6x10"));
        other.Data.Readings.ShouldHaveSingleItem().ShouldEndWith(
            $"have 2 shapes, so each is run by itself; latency is timed at x 3x6x10 of '{calibration}'");
        other.Lazy.Value.Timed.Repeated(2)[0].Shape.ShouldBe([2, 3, 6, 10]);
    }

    private string Table(string? shape) => _folder.Write(
        "latency.json", CanonicalJson.Serialize(new LatencyTableFile(Context(shape), [], [])));

    private string Context(string? shape)
    {
        using var job = Describe(Samples("calibration", (6, 10), (24, 20)), Samples("evaluation", (6, 10), (24, 20)), shape);
        return job.Spec.LatencyContext;
    }

    private OpenedJob Describe(string calibration, string evaluation, string? shape = null) => OpenedJob.Describe(
        new JobInputs { Model = _folder["net.onnx"], Calibration = calibration, Evaluation = evaluation },
        new JobOptions { Metric = MetricKind.OutputSqnr, Batch = 1, Shape = shape is null ? null : [shape] },
        _folder["statistics"]);

    private string Samples(string name, params (int Height, int Width)[] sizes)
    {
        string path = _folder[$"{name}.npz"];
        NpzWriter.Write(path, [.. Enumerable.Range(0, 8).Select(i =>
        {
            var (height, width) = sizes[i % sizes.Length];
            return ($"x_{i}", TensorData.FromFloats([3, height, width], Sample.Values(3 * height * width, i, 1)));
        })]);
        return $"npz:{path}";
    }
}
