using Cluster.Data.Pictures;
using Cluster.Kernels.Plans.Placement;
using Cluster.Networks.Graphs.Onnx.Schema;

namespace Cluster.Tests;

/// <summary>Networks, images and plans that several tests of the engine share.</summary>
internal static class Nets
{
    public const string ResNet8 = "cifar10/resnet8_mlperf_tiny";
    public const string ResNet20 = "cifar10/resnet20";
    public const string MobileNet = "imagenet/mobilenet_v1_0.25_224";

    /// <summary>Pixels as they are.</summary>
    public static Preprocess Raw { get; } = new(PixelColor.Gray, 1, [0], [1]);

    public static Preprocess RawRgb { get; } = new(PixelColor.Rgb, 1, [0, 0, 0], [1, 1, 1]);

    public static GroupedGraph Group(ModelGraph graph) => GroupFinder.Find(GraphNormalizer.Normalize(graph));

    public static GroupedGraph Shared(string model) => Group(OnnxReader.Read(SharedModels.Path(model)));

    /// <summary>The first images of the set that the model is evaluated on.</summary>
    public static ImageBatches SharedImages(string model, int count, int batch = 16)
    {
        string spec = model.Split('/')[0] switch
        {
            "cifar10" => $"cifar10:{SharedData.Require("cifar10/test_batch.first761.bin.gz")}@0..{count}",
            "imagenet" =>
                $"folder:{SharedData.Require("imagenet-sample/jpeg224")},"
                + $"labels={SharedData.Require("imagenet-sample/evaluation800.csv")}@0..{count}",
            _ => $"idx:{SharedData.Require("mnist/t10k-images-idx3-ubyte.gz")}@0..{count}",
        };
        return new ImageBatches(DataSource.Open(spec), Preprocess.LoadFor(SharedModels.Path(model)), batch);
    }

    /// <summary>Seeded noise with labels 0, 1, 2, ... of <paramref name="classes"/>; none where that is 0.</summary>
    public static ImageBatches Noise(int count, int channels, int height, int width, int batch, int classes = 0, int seed = 1)
    {
        var random = new Random(seed);
        byte[] pixels = new byte[count * channels * height * width];
        random.NextBytes(pixels);
        return Images(pixels, channels, height, width, batch, classes);
    }

    public static ImageBatches Images(byte[] pixels, int channels, int height, int width, int batch, int classes = 0)
    {
        int size = channels * height * width;
        var block = SpillSpace.Memory.Keep(pixels);
        var images = Enumerable.Range(0, pixels.Length / size)
            .Select(i => new ImageRef(block, i * size, classes == 0 ? ImageRef.Unlabelled : i % classes));
        return new ImageBatches(new ImageSet("test images", channels, height, width, [.. images]), channels == 1 ? Raw : RawRgb, batch);
    }

    /// <summary>Seeded numbers in [-scale, scale).</summary>
    public static float[] Values(int count, int seed, double scale = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(((random.NextDouble() * 2) - 1) * scale))];
    }

    /// <summary>The same as a tensor.</summary>
    public static TensorData Random(long[] shape, int seed) =>
        TensorData.FromFloats(shape, Values((int)shape.Aggregate(1L, (count, size) => count * size), seed));

    /// <summary>A tensor whose gradient is asked for.</summary>
    public static TorchSharp.torch.Tensor Leaf(float[] values, long[] shape) => TensorFactory.FromFloats(values, shape).requires_grad_();

    /// <summary>The largest difference as a share of the largest number, or of a thousandth; without end where a number is none.</summary>
    public static float Distance(float[] found, float[] expected)
    {
        found.Length.ShouldBe(expected.Length);
        return found.Zip(expected, (a, b) => float.IsNaN(a - b) ? float.PositiveInfinity : Math.Abs(a - b)).Max()
            / Math.Max(expected.Max(Math.Abs), 1e-3f);
    }

    /// <summary>Arrays as the samples of a network.</summary>
    public static ImageBatches Arrays(
        WorkFolder folder, ModelGraph graph, int batch, params (string Name, TensorData Values)[] arrays)
    {
        NpzWriter.Write(folder["arrays.npz"], arrays);
        return new ImageBatches(DataSource.OpenSamples($"npz:{folder["arrays.npz"]}").For(graph.Inputs, null), null, batch);
    }

    /// <summary>Seeded rows whose neighbours are alike, as activations are.</summary>
    public static float[] Related(int columns, int rows, int seed)
    {
        float[] values = Values(columns * rows, seed);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = i % columns == 0 ? values[i] : (0.8f * values[i - 1]) + (0.6f * values[i]);
        }

        return values;
    }

    /// <summary>
    /// Three convolutions with a residual Add and a classifier, on 3x8x8 pixels: five decisions' worth of structure in
    /// a few microseconds.
    /// </summary>
    public static ModelGraph Residual(int seed = 3) => new GraphBuilder(13, -1, 3, 8, 8)
        .Floats("w1", [8, 3, 3, 3], Values(8 * 27, seed, 0.01))
        .Floats("b1", [8], Values(8, seed + 1, 0.5))
        .Floats("w2", [8, 8, 3, 3], Values(8 * 72, seed + 2, 0.2))
        .Floats("b2", [8], Values(8, seed + 3, 0.5))
        .Floats("w3", [8, 1, 3, 3], Values(72, seed + 4, 0.6))
        .Floats("w4", [5, 8], Values(40, seed + 5, 0.8))
        .Floats("b4", [5], Values(5, seed + 6, 0.5))
        .Node("Conv", "x w1 b1", "c1", Same)
        .Node("Relu", "c1", "r1")
        .Node("Conv", "r1 w2 b2", "c2", Same)
        .Node("Add", "c2 r1", "a")
        .Node("Relu", "a", "r2")
        .Node("Conv", "r2 w3", "c3", Same, GraphBuilder.Int("group", 8))
        .Node("Relu", "c3", "r3")
        .Node("GlobalAveragePool", "r3", "g")
        .Node("Flatten", "g", "f")
        .Node("Gemm", "f w4 b4", "y", GraphBuilder.Int("transB", 1))
        .Build(-1, 5);

    public static (string Name, AttributeValue Value) Same => GraphBuilder.Ints("pads", [1, 1, 1, 1]);

    public static CalibrationStatistics Calibrate(FloatNetwork network, ImageBatches images, int workers = 1) =>
        CalibrationPass.Run(network, images, workers, CancellationToken.None);

    public static IReadOnlyList<GroupDecision> AllInt8(GroupedGraph graph, string calibrator = "mse", bool correct = false) =>
        [.. graph.Groups.Select(_ => Decide.Integer(calibrator, correct))];

    /// <summary>All groups in INT8, tensors with these scales and the zero point 0.</summary>
    public static QuantizedNetwork Quantized(GroupedGraph graph, params (string Tensor, float Scale)[] scales) => Quantized(
        graph,
        scales.ToDictionary(pair => pair.Tensor, pair => new QuantizationParameters(pair.Scale, 0, 0, 255), StringComparer.Ordinal));

    /// <summary>All groups in INT8, tensors in these ranges.</summary>
    public static QuantizedNetwork Quantized(GroupedGraph graph, IReadOnlyDictionary<string, QuantizationParameters> ranges) => new(
        graph,
        OnnxRuntimeCpuPlacement.Place(graph, [.. graph.Groups.Select(_ => true)]),
        new WeightBank(graph),
        ranges,
        new Dictionary<string, float[]>(StringComparer.Ordinal));

    /// <summary>INT8 where <paramref name="quantize"/> says so.</summary>
    public static IReadOnlyList<GroupDecision> Mixed(GroupedGraph graph, Func<int, bool> quantize, string calibrator = "mse") =>
        [.. graph.Groups.Select(group => quantize(group.Index) ? Decide.Integer(calibrator, false) : Decide.Float32)];
}
