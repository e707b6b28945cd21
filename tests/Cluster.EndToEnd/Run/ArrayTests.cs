namespace Cluster.EndToEnd.Run;

/// <summary>Jobs on arrays: tokens with a mask for a network of two outputs, and images that are preprocessed already.</summary>
public sealed class ArrayTests(GlyphJob job) : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_TokensAndMask_PublishesAFileOfBothInputsAndOutputs()
    {
        TokenNetwork.Write(_folder.Root, 300);

        var run = await ClusterProcess.RunAsync(
            _folder.Root,
            "run", "--model", "tokens.onnx", "--data", "npz:sentences.npz@0..100", "--eval", "npz:sentences.npz@100..200",
            "--test", "npz:sentences.npz@200..", "--max-drop", "10%", "--methods", "max", "--cache", "none", "-o", "out");

        run.ShouldBeDone();
        var files = new JobFiles(_folder["out"]);
        var result = files.Result();
        var float32 = result.GetProperty("baselines").GetProperty("fp32");
        float32.GetProperty("accuracy").GetProperty("correct").GetInt32().ShouldBe(100, "labels are FP32's own");
        result.GetProperty("baselines").GetProperty("int8Best").GetProperty("accuracy").GetProperty("total").GetInt32().ShouldBe(100);
        result.TryGetProperty("reconstruction", out _).ShouldBeFalse("it learns from images");
        File.Exists(files["winner.qdq.onnx"]).ShouldBeTrue();
        var inspected = await ClusterProcess.RunAsync(_folder.Root, "inspect", "out/winner.qdq.onnx", "--json");
        inspected.Code.ShouldBe(0, inspected.Error);
        using var json = JsonDocument.Parse(inspected.Output);
        json.RootElement.GetProperty("inputs").GetArrayLength().ShouldBe(2);
        json.RootElement.GetProperty("outputs").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Sensitivity_ImagesAsArrays_CountsThoseOfTheImages()
    {
        var images = new ImageBatches(DataSource.Open(job.Evaluation), Preprocess.LoadFor(GlyphJob.Model), 256);
        NpzWriter.Write(
            _folder["glyphs.npz"],
            (NetworkInput(), images.Inputs(0)[0]),
            ("labels", TensorData.FromInt64([256], [.. Enumerable.Range(0, 256).Select(i => (long)images.Images.Label(i))])));

        string[] found = await Task.WhenAll(
            SensitivityAsync(job.Evaluation),
            SensitivityAsync($"npz:{_folder["glyphs.npz"]}"));

        found[1].ShouldBe(found[0]);
    }

    [Fact]
    public async Task Run_ArraysAndReconstruction_IsRefusedBeforeAnyWork()
    {
        TokenNetwork.Write(_folder.Root, 20);
        string[] command = ["run", "--model", "tokens.onnx", "--data", "npz:sentences.npz", "-o", "out"];

        var run = await ClusterProcess.RunAsync(_folder.Root, [.. command, "--reconstruct", "always"]);
        var named = await ClusterProcess.RunAsync(_folder.Root, [.. command, "--preprocess", GlyphJob.Model]);

        run.Code.ShouldBe(2);
        run.Error.ShouldContain("--reconstruct learns from images, and the data are arrays");
        named.Code.ShouldBe(2);
        named.Error.ShouldContain("arrays are given to the network as they are; leave it out");
        File.Exists(_folder["out/journal.jsonl"]).ShouldBeFalse();
    }

    private static string NetworkInput() => OnnxReader.Read(GlyphJob.Model).Inputs[0].Name;

    private async Task<string> SensitivityAsync(string evaluation)
    {
        var run = await ClusterProcess.RunAsync(
            _folder.Root,
            "sensitivity", "--model", GlyphJob.Model, "--data", job.Calibration, "--eval", evaluation, "--images", "256", "--json");
        run.Code.ShouldBe(0, run.Error);
        using var json = JsonDocument.Parse(run.Output);
        // All images: which would be a part, and in which order, is drawn from their content.
        return string.Join(
            '\n',
            json.RootElement.GetProperty("groups").EnumerateArray()
                .Select(group => $"{group.GetProperty("group").GetString()} {group.GetProperty("correct").GetInt32()}")
                .Order(StringComparer.Ordinal));
    }
}
