using Cluster.Tests.Exported;

namespace Cluster.EndToEnd.Networks;

/// <summary>Networks as newer exporters write them: whole commands, and what the written file keeps in ONNX Runtime.</summary>
[Long]
public sealed class ExportedTests : IDisposable
{
    private const int Calibrating = 16, Judged = 16;

    // One box in another place of the list is another row; the rest keep what INT8 keeps.
    private const double LeastOfRows = 5, Least = 20;

    // As many rows as a sample has detections.
    private static readonly string[] Counted = ["detector-counts.onnx", "detector-apart.onnx"];

    private readonly WorkFolder _folder = new();

    public static TheoryData<string> Names => [.. ExportedNetworks.All.Keys];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Quantize_ExportedNetwork_KeepsItsFirstOutput(string name)
    {
        var net = ExportedNetworks.All[name]();
        net.Write(_folder.Root, Calibrating + Judged, ExportedNetworks.Free);

        var run = await ClusterProcess.RunAsync(
            _folder.Root, "quantize", "--model", $"{name}.onnx", "--data", $"npz:{name}.npz@0..{Calibrating}",
            "--eval", $"npz:{name}.npz@{Calibrating}..", "--metric", "output-sqnr", "--batch", "1", "--json", "-o", "q.onnx");

        run.Code.ShouldBe(0, run.Error);
        run.Json().GetProperty("int8Groups").GetInt32().ShouldBeGreaterThan(6);
        Sqnr(net, $"{name}.onnx", "q.onnx").ShouldBeGreaterThan(LeastOf(name));
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("speech-decoder")]
    [InlineData("detector-topk")]
    public async Task Run_ExportedNetwork_EndsWithAFile(string name)
    {
        var net = ExportedNetworks.All[name]();
        net.Write(_folder.Root, Calibrating + Judged, ExportedNetworks.Free);

        var run = await ClusterProcess.RunAsync(
            _folder.Root, "run", "--model", $"{name}.onnx", "--data", $"npz:{name}.npz@0..{Calibrating}",
            "--eval", $"npz:{name}.npz@{Calibrating}..", "--metric", "output-sqnr", "--max-drop", $"{LeastOf(name)}dB",
            "--methods", "mse", "--cache", "none", "-o", "out");

        run.ShouldBeDone();
        Sqnr(net, $"{name}.onnx", "out/winner.qdq.onnx").ShouldBeGreaterThan(LeastOf(name) - 1);
    }

    // FP32's own sure detections are the labels: it finds them all, and what it finds besides counts against it.
    [Theory]
    [InlineData("detector-counts", "rows", 0.7f)]
    [InlineData("detector-apart", "torchvision", 0.65f)]
    public async Task Run_DetectionsThatVaryInNumber_AreJudgedByBoxes(string name, string layout, float sure)
    {
        const int Labels = 64;
        var net = ExportedNetworks.All[name]();
        net.Write(_folder.Root, Calibrating + Judged, ExportedNetworks.Free);
        var images = net.Samples(Calibrating + Judged, ExportedNetworks.Free)[0];
        using var session = OrtSession.Open(_folder[$"{name}.onnx"], new OrtSessionOptions());
        float[] boxes = [.. Enumerable.Repeat(-1f, (Calibrating + Judged) * Labels * 5)];
        List<int> counts = [];
        for (int i = 0; i < Calibrating + Judged; i++)
        {
            float[][] found = [.. session.RunAll([Sample(images, i)]).Select(output => output.Value.As<float>().ToArray())];
            int count = layout == "rows" ? found[0].Length / 6 : found[1].Length;
            counts.Add(count);
            for (int k = 0; k < count; k++)
            {
                float[] box = layout == "rows" ? found[0][(6 * k)..((6 * k) + 6)]
                    : [.. found[0].AsSpan(4 * k, 4), found[1][k], found[2][k] - 1];
                if (box[4] > sure)
                {
                    new[] { box[0], box[1], box[2], box[3], box[5] }.CopyTo(boxes, ((i * Labels) + k) * 5);
                }
            }
        }

        counts.Distinct().Count().ShouldBeGreaterThan(1);
        NpzWriter.Write(
            _folder["boxes.npz"],
            [(net.Build().Inputs[0].Name, images), ("boxes", TensorData.FromFloats([Calibrating + Judged, Labels, 5], boxes))]);

        var run = await ClusterProcess.RunAsync(
            _folder.Root, "run", "--model", $"{name}.onnx", "--data", $"npz:boxes.npz@0..{Calibrating}",
            "--eval", $"npz:boxes.npz@{Calibrating}..", "--metric", "map50", "--detections", layout, "--max-drop", "30%",
            "--methods", "mse", "--cache", "none", "-o", "out");

        run.ShouldBeDone();
        var result = new JobFiles(_folder["out"]).Result();
        result.GetProperty("baselines").GetProperty("fp32").GetProperty("accuracy").GetProperty("value").GetDouble()
            .ShouldBeInRange(0.3, 1);
    }

    [Fact]
    public async Task Quantize_CountedDetectionsAndClasses_NamesTheMetricsThatJudge()
    {
        var net = ExportedNetworks.All["detector-counts"]();
        net.Write(_folder.Root, Calibrating + Judged, ExportedNetworks.Free);

        var run = await ClusterProcess.RunAsync(
            _folder.Root, "quantize", "--model", "detector-counts.onnx", "--data", $"npz:detector-counts.npz@0..{Calibrating}",
            "--eval", $"npz:detector-counts.npz@{Calibrating}..", "--metric", "output-kl", "-o", "q.onnx");

        run.Code.ShouldBe(1);
        run.Error.ShouldContain("The number of rows of the output 'detections' depends on what a sample holds");
    }

    private static double LeastOf(string name) => name.StartsWith("detector", StringComparison.Ordinal) ? LeastOfRows : Least;

    // Sample by sample, as neither file has to take more.
    private double Sqnr(ExportedGraph net, string float32, string quantized)
    {
        using var before = OrtSession.Open(ModelFile.Of(File.ReadAllBytes(_folder[float32])), new OrtSessionOptions());
        using var after = OrtSession.Open(ModelFile.Of(File.ReadAllBytes(_folder[quantized])), new OrtSessionOptions());
        var inputs = net.Samples(Calibrating + Judged, ExportedNetworks.Free);
        double signal = 0, noise = 0;
        for (int i = Calibrating; i < Calibrating + Judged; i++)
        {
            TensorData[] sample = [.. inputs.Select(input => Sample(input, i))];
            var (expected, found) = (First(before, sample), First(after, sample));
            if (!Counted.Contains(float32))
            {
                found.Length.ShouldBe(expected.Length);
            }

            // What one of both does not find is zeros there.
            Array.Resize(ref expected, Math.Max(expected.Length, found.Length));
            Array.Resize(ref found, expected.Length);
            signal += expected.Sum(value => (double)value * value);
            noise += expected.Zip(found, (a, b) => Math.Pow((double)a - b, 2)).Sum();
        }

        return 10 * Math.Log10(signal / noise);
    }

    private static float[] First(OrtSession session, TensorData[] sample) => session.RunAll(sample)[0].Value.As<float>().ToArray();

    private static TensorData Sample(TensorData all, int index)
    {
        int size = all.Bytes.Length / (int)all.Shape[0];
        return new TensorData(all.Type, [1, .. all.Shape[1..]], all.Bytes.Slice(index * size, size).ToArray());
    }
}
