using Cluster.Glyphs.Scenes;
using Cluster.Glyphs.Training;

namespace Cluster.EndToEnd.Run;

/// <summary>A detector of three outputs, judged by mean average precision.</summary>
[Long]
public sealed class DetectionTests : IDisposable
{
    private const int Steps = 40;

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_Map50_JudgesByBoxesAndNamesItEverywhere()
    {
        Write();

        var run = await RunAsync("--metric", "map50", "--max-drop", "50%-of-fp32");

        run.ShouldBeDone();
        var result = new JobFiles(_folder["out"]).Result();
        result.GetProperty("job").GetProperty("metric").GetString().ShouldBe("map50");
        var float32 = result.GetProperty("baselines").GetProperty("fp32").GetProperty("accuracy");
        float32.GetProperty("value").GetDouble().ShouldBeInRange(float32.GetProperty("ci95")[0].GetDouble(), 1);
        float32.GetProperty("ci95")[1].GetDouble().ShouldBeLessThanOrEqualTo(1);
        string report = await File.ReadAllTextAsync(_folder["out/report.html"], TestContext.Current.CancellationToken);
        report.ShouldContain("mAP50");
        string front = await File.ReadAllTextAsync(_folder["out/front.csv"], TestContext.Current.CancellationToken);
        front.Split('\r')[0].Split(',').ShouldContain("map50_fraction");

        var solved = await ClusterProcess.RunAsync(_folder.Root, "solve", "out", "--max-drop", "50%");
        solved.Code.ShouldBe(0, solved.Error);
    }

    [Fact]
    public async Task Run_ArchiveWithoutBoxes_IsRefusedBeforeAnyWork()
    {
        Write(boxes: "rectangles");

        var run = await RunAsync("--metric", "map50-95");

        run.Code.ShouldBe(1);
        run.Error.ShouldContain("has no array for the boxes of the labels, 'boxes'");
        File.Exists(_folder["out/journal.jsonl"]).ShouldBeFalse();
    }

    private async Task<ClusterProcess> RunAsync(params string[] more) => await ClusterProcess.RunAsync(
        _folder.Root,
        [
            "run", "--model", "detector.onnx", "--data", "npz:scenes.npz@0..32", "--eval", "npz:scenes.npz@32..96", "--methods", "max",
            "--cache", "none", "-o", "out", .. more,
        ]);

    // A little trained, so that something is found.
    private void Write(string boxes = "boxes")
    {
        var recipe = GlyphRecipe.Of(GlyphKind.Detector);
        using var training = new GlyphTraining(recipe.Task(1), Steps, recipe.Rate);
        for (int step = 0; boxes == "boxes" && step < Steps; step++)
        {
            _ = training.Step();
        }

        _folder.Write("detector.onnx", OnnxWriter.Write(training.ToGraph()).Message);
        IReadOnlyList<(string Name, TensorData Array)> arrays = new SceneGenerator(1).Draw(GlyphSet.Evaluation, 0, 96);
        NpzWriter.Write(_folder["scenes.npz"], [.. arrays.Select(pair => (pair.Name == "boxes" ? boxes : pair.Name, pair.Array))]);
    }
}
