using System.Text.Json;
using Cluster.Data.Arrays;
using Cluster.Glyphs;
using Cluster.Networks.Runtimes;

namespace Cluster.Cli.Tests.Verbs;

/// <summary>Jobs whose files take pixels, in this process.</summary>
public sealed class PixelInputTests : IDisposable
{
    private const int Side = 12, Images = 72;

    private readonly WorkFolder _folder = new();
    private readonly byte[] _planes = new byte[Images * 3 * Side * Side];

    private readonly Preprocess _preprocess = new(PixelColor.Rgb, 1 / 255.0, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);

    public PixelInputTests()
    {
        new Random(7).NextBytes(_planes);
        IdxWriter.WriteImages(_folder["images-idx3-ubyte"], _planes, 3, Side, Side, gzip: false);
        IdxWriter.WriteLabels(_folder["labels-idx1-ubyte"], [.. Enumerable.Range(0, Images).Select(i => (byte)(i % 4))], gzip: false);
        _folder.Write("net.onnx", OnnxWriter.Write(Net(channels: 3)).Message);
        File.WriteAllText(_folder["net.preprocess.json"], _preprocess.ToJson());
    }

    private string Pictures => $"idx:{_folder["images-idx3-ubyte"]}";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_Rgba_ShipsAFileOfPixelsAndSaysHowToFeedIt()
    {
        var run = await CommandLineRun.OfAsync(
            "run", "--model", _folder["net.onnx"], "--data", $"{Pictures}@0..24", "--eval", $"{Pictures}@24..", "--input", "rgba",
            "--metric", "output-sqnr", "--max-drop", "15dB", "--goal", "fastest", "--size-budget", "9kB", "--methods", "mse",
            "--reconstruct", "never", "--cache", "none", "-o", _folder["out"]);

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(
            _folder["out/result.json"], TestContext.Current.CancellationToken));
        var result = document.RootElement;
        result.GetProperty("job").GetProperty("prepared").GetString().ShouldBe("RGBA pixels");
        var artefact = result.GetProperty("winner").GetProperty("artefact");
        artefact.GetProperty("input").GetString().ShouldBe("RGBA");
        string[] lines = [.. artefact.GetProperty("python").EnumerateArray().Select(line => line.GetString()!)];
        lines.Length.ShouldBe(4);
        lines[1].ShouldBe(
            "x = np.asarray(PIL.Image.open(\"picture.jpg\").convert(\"RGB\").convert(\"RGBA\"))[None]  # uint8 (N, 12, 12, 4)");
        string report = await File.ReadAllTextAsync(_folder["out/report.html"], TestContext.Current.CancellationToken);
        foreach (string line in lines)
        {
            run.Output.ShouldContain(line);
            System.Net.WebUtility.HtmlDecode(report).ShouldContain(line);
        }

        run.Output.ShouldContain("It takes: pixels: uint8 (N, height, width, 4), RGBA with an alpha of 255");

        // What the user's own file computes of normalized floats.
        float[] floats = new float[_planes.Length];
        for (int image = 0, size = 3 * Side * Side; image < Images; image++)
        {
            _preprocess.Apply(_planes.AsSpan(image * size, size), floats.AsSpan(image * size, size));
        }

        float[] expected = Outputs("net.onnx", TensorData.FromFloats([Images, 3, Side, Side], floats));
        float[] found = Outputs("out/winner.qdq.onnx", TensorData.FromUInt8([Images, Side, Side, 4], Pixels()));
        double noise = expected.Zip(found, (one, other) => Math.Pow(one - other, 2)).Sum();
        (10 * Math.Log10(expected.Sum(value => Math.Pow(value, 2)) / noise)).ShouldBeGreaterThan(15);

        var again = await CommandLineRun.OfAsync(
            "quantize", "--model", _folder["net.onnx"], "--plan", _folder["out/winner.plan.json"], "--calibration",
            _folder["out/calibration"], "-o", _folder["again.onnx"]);
        again.Code.ShouldBe(ExitCode.Done, again.Error);
        byte[] made = await File.ReadAllBytesAsync(_folder["again.onnx"], TestContext.Current.CancellationToken);
        made.ShouldBe(await File.ReadAllBytesAsync(_folder["out/winner.qdq.onnx"], TestContext.Current.CancellationToken));
        again.Output.ShouldContain("Takes:       RGBA pixels, uint8 (N, height, width, 4)");
    }

    [Fact]
    public async Task Quantize_ArraysOfPixels_TakePixelsByTheirPreprocessing()
    {
        float[] floats = new float[_planes.Length];
        for (int at = 0; at < floats.Length; at++)
        {
            int channel = at / (Side * Side) % 3;
            floats[at] = ((_planes[at] / 255f) - (float)_preprocess.Mean[channel]) / (float)_preprocess.Std[channel];
        }

        NpzWriter.Write(_folder["x.npz"], ("x", TensorData.FromFloats([Images, 3, Side, Side], floats)));

        var run = await QuantizeAsync($"npz:{_folder["x.npz"]}", "--input", "rgb");

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        OnnxReader.Read(_folder["q.onnx"]).Inputs.Single().ShouldSatisfyAllConditions(
            input => input.Type.ShouldBe(ElementType.UInt8), input => input.Shape.ShouldBe([-1, Side, Side, 3]));
        var inspected = await CommandLineRun.OfAsync("inspect", _folder["q.onnx"]);
        inspected.Code.ShouldBe(ExitCode.Done, inspected.Error);
    }

    [Fact]
    public async Task Quantize_ArraysThatAreNoPixels_AreRefusedBeforeWork()
    {
        float[] noise = [.. Enumerable.Range(0, _planes.Length).Select(at => MathF.Sin(at))];
        NpzWriter.Write(_folder["x.npz"], ("x", TensorData.FromFloats([Images, 3, Side, Side], noise)));

        (await QuantizeAsync($"npz:{_folder["x.npz"]}", "--input", "rgba")).ShouldBeRefused(
            $"'npz:{_folder["x.npz"]}' holds no pixels, which --input asks for: The input holds 0 in channel 0, which by the "
            + "preprocessing is the pixel 123.675; expected whole pixels from 0 to 255: give the preprocessing that the data were made "
            + "with, or files that take floats.",
            ExitCode.Failed);
        File.Exists(_folder["q.onnx"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Quantize_ArraysWithoutAPreprocessing_SaysWhatToWrite()
    {
        File.Delete(_folder["net.preprocess.json"]);
        NpzWriter.Write(_folder["x.npz"], ("x", TensorData.FromFloats([1, 3, Side, Side], new float[3 * Side * Side])));

        (await QuantizeAsync($"npz:{_folder["x.npz"]}", "--input", "rgba")).ShouldBeRefused(
            "There is no preprocessing file", ExitCode.NotFound);
    }

    [Fact]
    public async Task Quantize_NetworkOfOneChannel_IsRefused()
    {
        _folder.Write("net.onnx", OnnxWriter.Write(Net(channels: 1)).Message);

        (await QuantizeAsync(Pictures, "--input", "rgba")).ShouldBeRefused(
            "Files of this network cannot take pixels: the network takes 'x' Float [?,1,12,12], of RGB pixels by its preprocessing; "
            + "expected one input of any number of pictures with three channels, NCHW.",
            ExitCode.Failed);
    }

    [Theory]
    [InlineData("--also-export", "tensorrt", "--input is rgba, and files for other runtimes (--also-export tensorrt) take floats: leave")]
    [InlineData("--target", "libtorch-cpu", "--input is rgba, and files for libtorch-cpu take floats: leave it out, or choose --target")]
    public async Task Run_FilesThatTakeFloats_AreRefused(string option, string value, string expected) =>
        (await CommandLineRun.OfAsync(
            "run", "--model", _folder["net.onnx"], "--data", Pictures, "--metric", "output-sqnr", "--input", "rgba", option, value,
            "-o", _folder["out"])).ShouldBeRefused(expected);

    private Task<CommandLineRun> QuantizeAsync(string data, params string[] more) => CommandLineRun.OfAsync(
        ["quantize", "--model", _folder["net.onnx"], "--data", data, "-o", _folder["q.onnx"], .. more]);

    private byte[] Pixels() =>
    [
        .. Enumerable.Range(0, Images * Side * Side * 4).Select(at =>
        {
            var (place, channel) = Math.DivRem(at, 4);
            var (image, position) = Math.DivRem(place, Side * Side);
            return channel == 3 ? (byte)255 : _planes[(((image * 3) + channel) * Side * Side) + position];
        }),
    ];

    private float[] Outputs(string file, TensorData input)
    {
        using var session = OrtSession.Open(_folder[file], new OrtSessionOptions());
        return session.RunAll([input])[0].Value.As<float>().ToArray();
    }

    private static ModelGraph Net(int channels)
    {
        var random = new Random(3);
        TensorData Numbers(long[] shape, double scale) => TensorData.FromFloats(shape, [.. Enumerable
            .Range(0, (int)shape.Aggregate(1L, (count, size) => count * size))
            .Select(_ => (float)(scale * ((2 * random.NextDouble()) - 1)))]);
        var pads = ("pads", AttributeValue.Of((IReadOnlyList<long>)[1, 1, 1, 1]));
        return new ModelGraph
        {
            Name = "net",
            Opset = 13,
            Inputs = [new ValueInfo("x", ElementType.Float, [-1, channels, Side, Side])],
            Outputs = [new ValueInfo("y", ElementType.Float, [-1, 4])],
            Nodes =
            [
                new("c1", "Conv", ["x", "w1", "b1"], ["a1"], pads), new("r1", "Relu", ["a1"], ["a2"]),
                new("c2", "Conv", ["a2", "w2"], ["a3"], pads), new("r2", "Relu", ["a3"], ["a4"]),
                new("pool", "GlobalAveragePool", ["a4"], ["p"]), new("flat", "Flatten", ["p"], ["f"]),
                new("gemm", "Gemm", ["f", "w3"], ["y"], ("transB", AttributeValue.Of(1L))),
            ],
            Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal)
            {
                ["w1"] = Numbers([16, channels, 3, 3], 0.3),
                ["b1"] = Numbers([16], 0.5),
                ["w2"] = Numbers([16, 16, 3, 3], 0.2),
                ["w3"] = Numbers([4, 16], 1),
            },
        };
    }
}
