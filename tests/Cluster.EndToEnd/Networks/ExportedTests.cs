using Cluster.Tests.Exported;

namespace Cluster.EndToEnd.Networks;

/// <summary>Networks as newer exporters write them: whole commands, and what the written file keeps in ONNX Runtime.</summary>
public sealed class ExportedTests : IDisposable
{
    private const int Calibrating = 16, Judged = 16;

    // One box in another place of the list is another row; the rest keep what INT8 keeps.
    private const double LeastOfRows = 5, Least = 20;

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
            found.Length.ShouldBe(expected.Length);
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
