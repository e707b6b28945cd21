using Cluster.Glyphs;

namespace Cluster.Evaluation.Tests.Setup;

/// <summary>Of samples of several shapes `--shape` says which is timed: times at one tell nothing of another.</summary>
public sealed class TimedShapeTests : IDisposable
{
    private const string Low = "x=1,3,6,10";
    private const string High = "x=1,3,24,20";
    private readonly WorkFolder _folder = new();

    public TimedShapeTests()
    {
        var first = new GraphNode("a", "Conv", ["x", "w"], ["a"], ("kernel_shape", AttributeValue.Of((IReadOnlyList<long>)[3, 3])));
        var last = new GraphNode("y", "Conv", ["r", "v"], ["y"], ("kernel_shape", AttributeValue.Of((IReadOnlyList<long>)[1, 1])));
        File.WriteAllBytes(_folder["net.onnx"], OnnxWriter.Write(new ModelGraph
        {
            Name = "net",
            Opset = 13,
            Inputs = [new ValueInfo("x", ElementType.Float, [-1, 3, -1, -1])],
            Outputs = [new ValueInfo("y", ElementType.Float, [-1, 4, -1, -1])],
            Nodes = [first, new GraphNode("r", "Relu", ["a"], ["r"]), last],
            Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal)
            {
                ["w"] = Values(1, 4, 3, 3, 3),
                ["v"] = Values(2, 4, 4, 1, 1),
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
            $"{table} was measured for another model, calibration data, shape, seed, runtime, batch, form or number of threads than this "
            + "job's: leave --latency-table out, or use the same ones.");
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

    [Theory]
    [InlineData(true, 12, 9)]
    [InlineData(true, 5, 4)]
    [InlineData(false, 12, 9)]
    [InlineData(false, 5, 4)]
    public async Task EvaluateAsync_EvaluationOfOneOtherSize_IsJudgedAtIt(bool arrays, int height, int width)
    {
        string calibration = arrays ? Samples("calibration", (6, 10)) : Pictures("calibration", 6, 10);
        using var job = Describe(calibration, arrays ? Samples("other", (height, width)) : Pictures("other", height, width));

        job.TimedShape.ShouldBe("x 3x6x10");
        job.Data.Readings.ShouldHaveSingleItem().ShouldEndWith(
            $", so each is run by itself; latency is timed at {(arrays ? "x 3x6x10" : "the shape")} of '{calibration}'");
        var plan = Plan.Uniform(
            GroupFormat.Int8, TargetList.Usual.Name, job.Lazy.Space.Groups.Select(group => group.Name), "max", biasCorrection: false);
        var item = new AccuracyItem(job.Spec.AccuracyContext, plan, ImageScope.Full);
        var found = await new LocalEvaluator(job.Lazy).EvaluateAsync(item, Attempt.Unrecorded, TestContext.Current.CancellationToken);
        found.ShouldBeOfType<AccuracyResult>().Level.ShouldBeInRange(1e-6, 1e-2, "noise over signal");
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

    private string Pictures(string name, int height, int width)
    {
        string path = _folder[$"{name}.idx3-ubyte"];
        byte[] pixels = new byte[8 * 3 * height * width];
        new Random(1).NextBytes(pixels);
        IdxWriter.WriteImages(path, pixels, 3, height, width, gzip: false);
        _folder.Write(
            "net.preprocess.json",
            """{"layout": "NCHW", "color": "RGB", "scale": 0.0039, "mean": [0.5, 0.5, 0.5], "std": [1, 1, 1]}""");
        return $"idx:{path}";
    }

    private string Samples(string name, params (int Height, int Width)[] sizes)
    {
        string path = _folder[$"{name}.npz"];
        NpzWriter.Write(path, [.. Enumerable.Range(0, 8).Select(i =>
        {
            var (height, width) = sizes[i % sizes.Length];
            return ($"x_{i}", Values(i, 3, height, width));
        })]);
        return $"npz:{path}";
    }

    private static TensorData Values(int seed, params long[] shape)
    {
        var random = new Random(seed);
        int count = (int)shape.Aggregate(1L, (all, size) => all * size);
        return TensorData.FromFloats(shape, [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() - 0.5f)]);
    }
}
