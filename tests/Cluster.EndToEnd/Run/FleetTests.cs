namespace Cluster.EndToEnd.Run;

/// <summary>`cluster run --fleet`: one plan for this machine and for one that an earlier job ran on.</summary>
[Long]
public sealed class FleetTests(GlyphJob job)
{
    private static readonly string[] Safe = [.. GlyphJob.Budget, "--formats", "int8-safe"];

    [Fact]
    public async Task Run_BesideAnEarlierJobsMachine_TimesThisOneAndTakesTheOthersTimesAndSaysSo()
    {
        using var folder = new WorkFolder();
        var there = await ClusterProcess.RunAsync(folder.Root, job.Command("there", Safe));
        there.ShouldBeDone();

        var here = await ClusterProcess.RunAsync(folder.Root, job.Command("here", [.. Safe, "--fleet", "edge-box=there"]));

        here.ShouldBeDone();
        here.Output.ShouldContain("× on edge-box");
        here.Output.ShouldContain("The times of edge-box are an earlier job's");
        var files = new JobFiles(folder["here"]);
        files.ShouldMatchTheirSchemas();
        (await File.ReadAllTextAsync(files["report.html"], TestContext.Current.CancellationToken)).ShouldContain("× FP32 on edge-box");

        var fleet = files.Result().GetProperty("fleet");
        var kinds = fleet.GetProperty("kinds").EnumerateArray().ToArray();
        kinds.Length.ShouldBe(2);
        kinds[0].TryGetProperty("isEarlier", out _).ShouldBeFalse();
        kinds[1].GetProperty("name").GetString().ShouldBe("edge-box");
        kinds[1].GetProperty("isEarlier").GetBoolean().ShouldBeTrue();
        fleet.GetProperty("plans").EnumerateArray().Select(plan => plan.GetProperty("planDigest").GetString())
            .ShouldContain(files.Result().GetProperty("winner").GetProperty("planDigest").GetString());

        var items = files.State().Items;
        foreach (var completed in files.Completed().Where(one => items[one.Sequence].IsExclusive))
        {
            bool isOther = items[completed.Sequence].Kind == "edge-box";
            completed.Source.ShouldBe(isOther ? ResultSource.LatencyTable : ResultSource.Measured, items[completed.Sequence].Title);
            (completed.Result is LatencyResult { Earlier: null }).ShouldBe(completed.Result is LatencyResult && !isOther);
        }

        items.ShouldContain(item => item.Kind == "edge-box" && item is LatencyItem);
    }

    [Fact]
    public async Task Run_AKindWhoseTimesNobodyGives_SaysWhatToGive()
    {
        using var folder = new WorkFolder();

        var run = await ClusterProcess.RunAsync(folder.Root, job.Command("out", [.. Safe, "--kinds", "z80"]));

        run.Code.ShouldBe(2);
        run.Error.ShouldContain("--fleet z80=OUT");
    }
}
