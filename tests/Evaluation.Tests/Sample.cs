using Cluster.Coordinator.Model;
using Cluster.Glyphs;
using Cluster.Kernels.Calibration;

namespace Cluster.Evaluation.Tests;

/// <summary>A small network in a file, with images in files, and what measurements need of both.</summary>
internal sealed class Sample : IDisposable
{
    public const string Target = "onnxruntime-cpu";
    private readonly string _folder = Directory.CreateTempSubdirectory("cluster-evaluation-").FullName;
    private readonly NetworkSetup _uncalibrated;
    private readonly JobOptions _options;
    private LazySetup? _lazy;

    public Sample(ModelGraph graph, byte[] calibration, byte[] evaluation, byte[] labels, JobOptions? options = null)
    {
        _options = options ?? new JobOptions { Batch = 2, Reconstruct = ReconstructionMode.Never };
        File.WriteAllBytes(ModelPath, OnnxWriter.Write(graph).Message);
        int size = (int)(graph.Inputs[0].Shape[2] * graph.Inputs[0].Shape[3]);
        (int height, int width) = ((int)graph.Inputs[0].Shape[2], (int)graph.Inputs[0].Shape[3]);
        IdxWriter.WriteImages(In("calibration-images-idx3-ubyte"), calibration, 1, height, width, gzip: false);
        IdxWriter.WriteImages(In("evaluation-images-idx3-ubyte"), evaluation, 1, height, width, gzip: false);
        IdxWriter.WriteLabels(In("evaluation-labels-idx1-ubyte"), labels, gzip: false);
        (evaluation.Length / size).ShouldBe(labels.Length);
        File.WriteAllText(PreprocessPlace.Beside(ModelPath), new Preprocess(PixelColor.Gray, 1, [0], [1]).ToJson());
        Network = NetworkFile.Open(ModelPath);
        Calibration = new ImageBatches(DataSource.Open($"idx:{In("calibration-images-idx3-ubyte")}"), Preprocess.LoadFor(ModelPath), 4);
        _uncalibrated = new NetworkSetup(Network, TargetList.Usual, WorkingMemory.Usual, _folder);
        Statistics = _uncalibrated.Calibrate(Calibration, CancellationToken.None);
        Builder = _uncalibrated.With(Statistics, Calibration, evaluation: null).Builder;
    }

    public NetworkFile Network { get; }

    public FloatNetwork Float32 => _uncalibrated.Float32;

    public PlanTranslator Translator => _uncalibrated.Translator;

    public CalibrationStatistics Statistics { get; }

    public ArtefactBuilder Builder { get; }

    public ImageBatches Calibration { get; }

    public string ModelPath => In("model.onnx");

    public JobRequest Request => new()
    {
        Inputs = new JobInputs
        {
            Model = ModelPath,
            Calibration = $"idx:{In("calibration-images-idx3-ubyte")}",
            Evaluation = $"idx:{In("evaluation-images-idx3-ubyte")}"
        },
        Options = _options,
        Output = In("out"),
    };

    public string In(string name) => Path.Combine(_folder, name);

    /// <summary>What a job on these files measures with.</summary>
    public LazySetup Lazy =>
        _lazy ??= OpenedJob.Describe(Request.Inputs, Request.Options, JobFolder.CalibrationIn(Request.Output)).Lazy;

    /// <summary>The same, calibrated.</summary>
    public EvaluationSetup Setup => Lazy.Value;

    /// <summary>The evaluator that a job uses, on these files.</summary>
    public LocalEvaluator Evaluator => field ??= new LocalEvaluator(Lazy);

    /// <summary>The result of an item that does not fail.</summary>
    public async Task<T> EvaluateAsync<T>(WorkItem item)
        where T : WorkResult =>
        (await Evaluator.EvaluateAsync(item, Attempt.Unrecorded, TestContext.Current.CancellationToken)).ShouldBeOfType<T>();

    /// <summary>All groups in INT8.</summary>
    public Plan Int8(string calibrator = "max", bool correct = true) => Plan.Uniform(GroupFormat.Int8, Target, Groups, calibrator, correct);

    /// <summary>All groups in FP32.</summary>
    public Plan Baseline => Plan.Baseline(Target, Groups);

    public IEnumerable<string> Groups => Translator.Decided.Select(group => group.Name);

    public void Dispose()
    {
        _lazy?.Dispose();
        _uncalibrated.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Two convolutions, a pooling and a classifier on 1x4x4 pixels; three classes.</summary>
    public static Sample Small(JobOptions? options = null) => Of(SmallGraph(), options: options);

    /// <summary>A network of three classes on 1x4x4 pixels, with random images.</summary>
    public static Sample Of(ModelGraph graph, int images = 40, JobOptions? options = null)
    {
        var random = new Random(5);
        byte[] calibration = new byte[16 * 32];
        byte[] evaluation = new byte[16 * images];
        random.NextBytes(calibration);
        random.NextBytes(evaluation);
        return new Sample(graph, calibration, evaluation, [.. Enumerable.Range(0, images).Select(i => (byte)(i % 3))], options);
    }

    public static ModelGraph SmallGraph() => Graph(
        [
            ("w1", [4, 1, 3, 3], Values(36, 1, 0.01)), ("b1", [4], Values(4, 2, 0.5)),
            ("w2", [4, 4, 1, 1], Values(16, 3, 0.7)), ("w3", [3, 4], Values(12, 4, 1)),
        ],
        [
            Node("Conv", "c1", ["x", "w1", "b1"], ("pads", AttributeValue.Of([1L, 1, 1, 1]))), Node("Relu", "r1", ["c1"]),
            Node("Conv", "c2", ["r1", "w2"]), Node("Relu", "r2", ["c2"]),
            Node("GlobalAveragePool", "g", ["r2"]),
            Node("Flatten", "f", ["g"]),
            Node("Gemm", "y", ["f", "w3"], ("transB", AttributeValue.Of(1L))),
        ],
        [-1, 1, 4, 4]);

    public static ModelGraph Graph((string Name, long[] Shape, float[] Values)[] constants, GraphNode[] nodes, long[] input) => new()
    {
        Name = "sample",
        Opset = 13,
        Inputs = [new ValueInfo("x", ElementType.Float, input)],
        Outputs = [new ValueInfo(nodes[^1].Output, ElementType.Float, [-1, -1])],
        Nodes = nodes,
        Initializers = constants.ToDictionary(
            entry => entry.Name, entry => TensorData.FromFloats(entry.Shape, entry.Values), StringComparer.Ordinal),
    };

    /// <summary>A node that is called as its output.</summary>
    public static GraphNode Node(string type, string output, string[] inputs, params (string Name, AttributeValue Value)[] attributes) =>
        new(output, type, inputs, [output], attributes.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal));

    public static float[] Values(int count, int seed, double scale)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(((random.NextDouble() * 2) - 1) * scale))];
    }
}
