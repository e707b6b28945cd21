using System.IO.Compression;
using Cluster.Evaluation.Inputs;

namespace Cluster.EndToEnd.Networks;

/// <summary>A network of the shared data with the images and figures that belong to it.</summary>
internal sealed class SharedNetwork
{
    public const int Workers = 2;
    private const int ReferenceImages = 8;
    private readonly string _model;

    /// <summary>Opens it; skips the test where it is absent.</summary>
    public SharedNetwork(string model)
    {
        _model = model;
        Path = SharedData.Require($"models/{model}.onnx");
        TorchSettings.Threads = 1;
        File = NetworkFile.Open(Path);
        Preprocess = Preprocess.LoadFor(Path);
    }

    public string Path { get; }

    public NetworkFile File { get; }

    public Preprocess Preprocess { get; }

    /// <summary>The recorded FP32 counts: data set, correct, total.</summary>
    public IReadOnlyList<(string Set, int Correct, int Total)> Recorded()
    {
        using var document = JsonDocument.Parse(System.IO.File.ReadAllBytes(SharedData.Require("models/accuracy.json")));
        return [.. document.RootElement.GetProperty($"models/{_model}.onnx").GetProperty("results").EnumerateObject()
            .Select(set => (set.Name, set.Value.GetProperty("top1_correct").GetInt32(), set.Value.GetProperty("total").GetInt32()))];
    }

    public ImageBatches Images(string spec) => new(DataSource.Open(spec), Preprocess, 32);

    /// <summary>The spec of a data set as accuracy.json names it.</summary>
    public static string Spec(string set) => set switch
    {
        "imagenet-sample" =>
            $"folder:{SharedData.Require("imagenet-sample/jpeg224")},labels={SharedData.Require("imagenet-sample/labels.csv")}",
        _ when set.EndsWith("t10k", StringComparison.Ordinal) => $"idx:{SharedData.Require($"{set}-images-idx3-ubyte.gz")}",
        _ => $"cifar10:{SharedData.Require($"{set}.bin.gz")}",
    };

    /// <summary>The recorded FP32 logits of the first eight reference images, (8, classes).</summary>
    public float[] ReferenceLogits() =>
        [.. System.IO.File.ReadAllLines(System.IO.Path.ChangeExtension(Path, ".ref-logits.csv"))
            .SelectMany(line => line.Split(','))
            .Select(float.Parse)];

    /// <summary>Those images, preprocessed, with their shape.</summary>
    public (float[] Pixels, long[] Shape) ReferencePixels()
    {
        if (_model.StartsWith("imagenet/", StringComparison.Ordinal))
        {
            return DecodedPixels();
        }

        var images = Images(
            Spec(_model.StartsWith("mnist/", StringComparison.Ordinal) ? "mnist/t10k" : "cifar10/test_batch.first761")
                + $"@0..{ReferenceImages}");
        return (images.Pixels(0), images.Inputs(0)[0].Shape);
    }

    // raw64.u8.bin.gz: N x 224 x 224 x 3, RGB, as another JPEG decoder left them.
    private (float[] Pixels, long[] Shape) DecodedPixels()
    {
        const int Size = 224;
        const int Plane = Size * Size;
        byte[] interleaved = new byte[Plane * 3];
        byte[] planar = new byte[Plane * 3];
        float[] pixels = new float[ReferenceImages * planar.Length];
        using var stream = new GZipStream(
            System.IO.File.OpenRead(SharedData.Require("imagenet-sample/raw64.u8.bin.gz")), CompressionMode.Decompress);
        for (int image = 0; image < ReferenceImages; image++)
        {
            stream.ReadExactly(interleaved);
            for (int i = 0; i < interleaved.Length; i++)
            {
                planar[(i % 3 * Plane) + (i / 3)] = interleaved[i];
            }

            Preprocess.Apply(planar, pixels.AsSpan(image * planar.Length, planar.Length));
        }

        return (pixels, [ReferenceImages, 3, Size, Size]);
    }
}
