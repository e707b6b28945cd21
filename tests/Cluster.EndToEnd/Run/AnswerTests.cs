using System.Text;
using SkiaSharp;

namespace Cluster.EndToEnd.Run;

/// <summary>
/// Boxes in several outputs, masks and strings, judged by name. The networks hand on what they are given, so that the data say what they
/// find.
/// </summary>
public sealed class AnswerTests : IDisposable
{
    private const int Scenes = 48;
    private const int Candidates = 12;
    private const int Steps = 10;
    private const int Letters = 6;

    private static readonly string[] Quantize =
        ["--method", "max", "--batch", "4", "--json", "-o", "q.onnx"];

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_SsdOfTwoOutputs_JudgesBothByName()
    {
        WriteDetector("boxes", "scores");

        var run = await ClusterProcess.RunAsync(
            _folder.Root,
            "run", "--model", "net.onnx", "--data", "npz:data.npz@0..16", "--eval", "npz:data.npz@16..", "--metric", "map50",
            "--max-drop", "20%", "--methods", "max", "--cache", "none", "-o", "out");

        run.ShouldBeDone();
        run.Error.ShouldContain("boxes are read from 'boxes', 'scores' as ssd: boxes (N, candidates, 4), corners");
        var result = new JobFiles(_folder["out"]).Result();
        result.GetProperty("baselines").GetProperty("fp32").GetProperty("accuracy").GetProperty("value").GetDouble().ShouldBe(1, 1e-6);
        result.GetProperty("baselines").GetProperty("int8").GetProperty("accuracy").GetProperty("value").GetDouble()
            .ShouldBeInRange(0.8, 1);
    }

    [Fact]
    public async Task Quantize_OutputsWithoutNames_AsksForTheLayout()
    {
        WriteDetector("a", "b");

        var unclear = await QuantizeAsync("npz:data.npz", "map50-95");
        var named = await QuantizeAsync("npz:data.npz", "map50-95", "--detections", "ssd");
        var other = await QuantizeAsync("npz:data.npz", "output-sqnr", "--detections", "ssd");

        unclear.Code.ShouldBe(1);
        unclear.Error.ShouldContain("may be ssd, boxes (N, candidates, 4), corners");
        unclear.Error.ShouldContain("say which with --detections");
        Float32(named).ShouldBe(1, 1e-6);
        other.Code.ShouldBe(2);
        other.Error.ShouldContain("--detections is given where plans are judged by output-sqnr");
    }

    [Theory]
    [InlineData("yolo")]
    [InlineData("coco")]
    public async Task Quantize_LabelledPicturesInALetterbox_AreJudgedAtTheInputsSize(string labels)
    {
        WritePictures(16);
        _folder.Write("net.onnx", OnnxWriter.Write(Constant()).Message);
        _folder.Write("net.preprocess.json", Preprocess("\"letterbox\": 8, "));
        for (int i = 0; i < 16; i++)
        {
            _folder.Write($"labels/{i:00}.txt", "1 0.5 0.5 0.5 1"u8.ToArray());
        }

        _folder.Write("coco.json", Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new
        {
            images = Enumerable.Range(0, 16).Select(i => new { id = i, file_name = $"{i:00}.png" }),
            annotations = Enumerable.Range(0, 16).Select(i => new { image_id = i, category_id = 44, bbox = new[] { 2, 0, 4, 4 } }),
            categories = new[] { new { id = 1 }, new { id = 44 } },
        })));

        var quantized = await QuantizeAsync(
            $"folder:pictures,labels={(labels == "yolo" ? "labels" : "coco.json")}", "map50-95", "--data", "folder:pictures");
        var top1 = await QuantizeAsync("folder:pictures,labels=labels", "top1", "--data", "folder:pictures");

        Float32(quantized).ShouldBe(1, 1e-6);
        top1.Code.ShouldBe(2);
        top1.Error.ShouldContain("is labelled with boxes where top1 counts classes of images: give --metric map50-95");
    }

    [Theory]
    [InlineData("logits")]
    [InlineData("classes")]
    [InlineData("classes of one channel")]
    public async Task Quantize_Masks_AreJudgedByTheirOverlap(string form)
    {
        WritePictures(16);
        _folder.Write("net.onnx", OnnxWriter.Write(Segmentation(form)).Message);
        _folder.Write("net.preprocess.json", Preprocess(string.Empty));
        for (int i = 0; i < 16; i++)
        {
            // What is brighter than half is of class 2, the rest of 1; one pixel of each picture is labelled otherwise, one is not judged.
            byte[] mask = [.. Pixels(i).Select(value => (byte)(value > 127 ? 2 : 1))];
            (mask[0], mask[1]) = ((byte)(3 - mask[0]), 255);
            _folder.Write($"masks/{i:00}.png", Grey(mask));
        }

        var quantized = await QuantizeAsync("folder:pictures,labels=masks", "miou", "--data", "folder:pictures");
        var without = await QuantizeAsync("folder:pictures", "miou", "--data", "folder:pictures");

        Float32(quantized).ShouldBe(Overlap(), 1e-6);
        without.Code.ShouldBe(1);
        without.Error.ShouldContain("has no masks, which miou compares the outputs with");
    }

    [Fact]
    public async Task Quantize_Strings_AreReadWithAndWithoutLabels()
    {
        WriteReader();

        var exact = await QuantizeAsync("npz:data.npz", "ctc");
        var characters = await QuantizeAsync("npz:data.npz", "ctc-characters");
        var unlabelled = await QuantizeAsync("npz:inputs.npz", "ctc", "--data", "npz:inputs.npz");
        var wrong = await QuantizeAsync("npz:data.npz", "ctc", "--blank", "-1");

        // Every fourth label lacks its last letter.
        Float32(exact).ShouldBe(0.75, 1e-6);
        Float32(characters).ShouldBe(1 - (1 / 11.0), 1e-6); // 1 edit in 3 + 3 + 3 + 2 letters
        Float32(unlabelled).ShouldBe(1);
        unlabelled.Error.ShouldContain("the samples have none, so that FP32's are expected");
        wrong.Code.ShouldBe(1);
        wrong.Error.ShouldContain("where classes of the network are expected, 0 to 5 without the blank, 5");
    }

    private static double Float32(ClusterProcess quantized)
    {
        quantized.Code.ShouldBe(0, quantized.Error);
        var metric = quantized.Json().GetProperty("metric");
        metric.GetProperty("value").GetDouble().ShouldBeInRange(0.5, 1);
        return metric.GetProperty("float32").GetDouble();
    }

    private Task<ClusterProcess> QuantizeAsync(string evaluation, string metric, params string[] more) => ClusterProcess.RunAsync(
        _folder.Root,
        [
            "quantize", "--model", "net.onnx", "--eval", evaluation, "--metric", metric, "--force", .. Quantize, .. more,
            .. more.Contains("--data") ? Array.Empty<string>() : ["--data", "npz:data.npz"],
        ]);

    // Two objects of two classes in each scene, found exactly; other candidates are background.
    private void WriteDetector(string boxes, string scores)
    {
        const int Width = 7;
        _folder.Write("net.onnx", OnnxWriter.Write(Identity(
            Candidates, Width, [(boxes, 4), (scores, 3)])).Message);
        var random = new Random(3);
        float[] values = new float[Scenes * Candidates * Width];
        float[] labels = new float[Scenes * 2 * 5];
        for (int i = 0; i < Scenes * Candidates; i++)
        {
            int candidate = i % Candidates;
            float left = 0.5f * random.NextSingle();
            float top = 0.5f * random.NextSingle();
            float[] box = [left, top, left + 0.2f + (0.2f * random.NextSingle()), top + 0.2f + (0.2f * random.NextSingle())];
            float score = candidate < 2 ? 0.6f + (0.4f * random.NextSingle()) : 0;
            float[] row = [.. box, 1 - score, candidate == 0 ? score : 0, candidate == 1 ? score : 0];
            row.CopyTo(values, i * Width);
            if (candidate < 2)
            {
                new[] { box[0], box[1], box[2], box[3], candidate }.CopyTo(labels, ((i / Candidates * 2) + candidate) * 5);
            }
        }

        NpzWriter.Write(
            _folder["data.npz"],
            ("x", TensorData.FromFloats([Scenes, Candidates, Width], values)),
            ("boxes", TensorData.FromFloats([Scenes, 2, 5], labels)));
    }

    // Each sample spells three letters with blanks between.
    private void WriteReader()
    {
        _folder.Write("net.onnx", OnnxWriter.Write(Identity(Steps, Letters, [("y", Letters)])).Message);
        var random = new Random(4);
        float[] values = [.. Enumerable.Range(0, Scenes * Steps * Letters).Select(_ => random.NextSingle())];
        long[] strings = new long[Scenes * 3];
        for (int i = 0; i < Scenes; i++)
        {
            for (int step = 0; step < Steps; step++)
            {
                int letter = step % 3 == 0 || step > 8 ? 0 : 1 + ((i + (step / 3)) % (Letters - 1));
                values[(((i * Steps) + step) * Letters) + letter] += 2;
                strings[(i * 3) + Math.Min(2, step / 3)] = step % 3 == 1 && step < 9 ? letter : strings[(i * 3) + Math.Min(2, step / 3)];
            }

            strings[(i * 3) + 2] = i % 4 == 0 ? -1 : strings[(i * 3) + 2];
        }

        var x = TensorData.FromFloats([Scenes, Steps, Letters], values);
        NpzWriter.Write(_folder["data.npz"], ("x", x), ("strings", TensorData.FromInt64([Scenes, 3], strings)));
        NpzWriter.Write(_folder["inputs.npz"], ("x", x));
    }

    // Grey pictures of 8 x 4 as RGB.
    private void WritePictures(int count)
    {
        for (int i = 0; i < count; i++)
        {
            using var bitmap = new SKBitmap(new SKImageInfo(8, 4, SKColorType.Rgba8888, SKAlphaType.Opaque));
            Pixels(i).SelectMany(value => new[] { value, value, value, byte.MaxValue }).ToArray().CopyTo(bitmap.GetPixelSpan());
            using var file = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
            _folder.Write($"pictures/{i:00}.png", file.ToArray());
        }
    }

    private static byte[] Grey(byte[] values)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(8, 4, SKColorType.Gray8, SKAlphaType.Opaque));
        values.CopyTo(bitmap.GetPixelSpan());
        using var file = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        return file.ToArray();
    }

    // Dark or bright, so that rounding changes no class.
    private static byte[] Pixels(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 32).Select(_ => (byte)(random.Next(2) == 0 ? random.Next(100) : 156 + random.Next(100)))];
    }

    private static double Overlap()
    {
        int[] both = new int[2];
        int[] either = new int[2];
        for (int i = 0; i < 16; i++)
        {
            int[] classes = [.. Pixels(i).Select(value => value > 127 ? 1 : 0)];
            either[0]++;
            either[1]++;
            foreach (int kind in classes.Skip(2))
            {
                both[kind]++;
                either[kind]++;
            }
        }

        return (((double)both[0] / either[0]) + ((double)both[1] / either[1])) / 2;
    }

    private static byte[] Preprocess(string more) => Encoding.UTF8.GetBytes(
        $$"""{"color": "RGB", {{more}}"scale": 0.00392156862745098, "mean": [0.5, 0.5, 0.5], "std": [1, 1, 1]}""");

    // x (N, rows, width) through a layer that changes nothing, cut into outputs.
    private static ModelGraph Identity(int rows, int width, (string Name, int Width)[] outputs) => new()
    {
        Name = "identity",
        Opset = 17,
        Inputs = [new("x", ElementType.Float, [-1, rows, width])],
        Outputs = [.. outputs.Select(output => new ValueInfo(output.Name, ElementType.Float, [-1, rows, output.Width]))],
        Nodes =
        [
            new("layer", "MatMul", ["x", "one"], ["same"], NoAttributes),
            outputs.Length == 1
                ? new("end", "Relu", ["same"], [outputs[0].Name], NoAttributes)
                : new(
                    "split", "Split", ["same", "sizes"], [.. outputs.Select(output => output.Name)],
                    new Dictionary<string, AttributeValue>(StringComparer.Ordinal) { ["axis"] = AttributeValue.Of(2L) }),
        ],
        Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal)
        {
            ["one"] = TensorData.FromFloats(
                [width, width], [.. Enumerable.Range(0, width * width).Select(i => i / width == i % width ? 1f : 0)]),
            ["sizes"] = TensorData.FromInt64([outputs.Length], [.. outputs.Select(output => (long)output.Width)]),
        },
    };

    // A pixel that is brighter than half is of class 2, any other of class 1.
    private static ModelGraph Segmentation(string form) => new()
    {
        Name = "segmentation",
        Opset = 17,
        Inputs = [new("x", ElementType.Float, [-1, 3, 4, 8])],
        Outputs =
        [
            form switch
            {
                "logits" => new("y", ElementType.Float, [-1, 3, 4, 8]),
                "classes" => new("y", ElementType.Int64, [-1, 4, 8]),
                _ => new("y", ElementType.Int64, [-1, 1, 4, 8]),
            },
        ],
        Nodes =
        [
            new("conv", "Conv", ["x", "w", "b"], [form == "logits" ? "y" : "logits"], NoAttributes),
            .. form == "logits" ? Array.Empty<GraphNode>() :
            [
                new("argmax", "ArgMax", ["logits"], ["y"], new Dictionary<string, AttributeValue>(StringComparer.Ordinal)
                {
                    ["axis"] = AttributeValue.Of(1L),
                    ["keepdims"] = AttributeValue.Of(form == "classes" ? 0L : 1L),
                }),
            ],
        ],
        Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal)
        {
            ["w"] = TensorData.FromFloats([3, 3, 1, 1], [0, 0, 0, -1, -1, -1, 1, 1, 1]),
            ["b"] = TensorData.FromFloats([3], [-9, 0, 0]),
        },
    };

    // One detection whatever is seen: left, top, right, bottom, score, class, of pixels of the input.
    private static ModelGraph Constant() => new()
    {
        Name = "constant",
        Opset = 17,
        Inputs = [new("x", ElementType.Float, [-1, 3, 8, 8])],
        Outputs = [new("y", ElementType.Float, [-1, 1, 6])],
        Nodes =
        [
            new("conv", "Conv", ["x", "w"], ["seen"], NoAttributes),
            new("relu", "Relu", ["seen"], ["bright"], NoAttributes),
            new("mean", "GlobalAveragePool", ["bright"], ["pooled"], NoAttributes),
            new("flat", "Flatten", ["pooled"], ["flattened"], NoAttributes),
            new("zero", "Mul", ["flattened", "nothing"], ["nought"], NoAttributes),
            new("add", "Add", ["nought", "found"], ["row"], NoAttributes),
            new("shape", "Unsqueeze", ["row", "axis"], ["y"], NoAttributes),
        ],
        Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal)
        {
            ["w"] = TensorData.FromFloats([6, 3, 1, 1], [.. Enumerable.Range(1, 18).Select(i => i / 18f)]),
            ["nothing"] = TensorData.FromFloats([6], [1e-4f, 1e-4f, 1e-4f, 1e-4f, 1e-4f, 0]),
            ["found"] = TensorData.FromFloats([6], [2, 2, 6, 6, 0.9f, 1]),
            ["axis"] = TensorData.FromInt64([1], [1]),
        },
    };

    private static readonly Dictionary<string, AttributeValue> NoAttributes = [];
}
