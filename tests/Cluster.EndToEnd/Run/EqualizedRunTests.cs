namespace Cluster.EndToEnd.Run;

/// <summary>Jobs whose network's channels are scaled across layers first.</summary>
public sealed class EqualizedRunTests(GlyphJob job)
{
    [Fact]
    public async Task Run_Equalize_MeasuresAnotherNetworkAndIsBuiltAgain()
    {
        using var folder = new WorkFolder();
        var plain = await RunAsync("plain");

        var equalized = await RunAsync("equalized", "--equalize", "on");

        PlanOf(plain).BuiltFrom.Prepared.ShouldBeNull();
        PlanOf(equalized).BuiltFrom.Prepared.ShouldBe(BuiltFrom.Equalized);
        Statistics(equalized).ShouldNotBe(Statistics(plain));
        equalized.Result().GetProperty("job").GetProperty("prepared").GetString().ShouldBe(BuiltFrom.Equalized);
        equalized.Text("report.html").ShouldContain("channels of neighbouring layers were scaled against each other first");
        equalized.Completed().Where(item => item.Result is AccuracyResult)
            .ShouldAllBe(item => item.Source == ResultSource.Measured, "nothing that was found of the other network is taken over");
        equalized.ShouldMatchTheirSchemas();

        // FP32 is the file that was given, whose answers equalization does not change.
        Float32(equalized).ShouldBe(Float32(plain));

        await equalized.ShouldBeBuiltAgainAsync(GlyphJob.Model);

        var other = await ClusterProcess.RunAsync(folder.Root, Command("equalized"));
        other.Code.ShouldNotBe(0);
        other.Error.ShouldContain("--equalize (on there, off asked)");

        async Task<JobFiles> RunAsync(string name, params string[] more)
        {
            var run = await ClusterProcess.RunAsync(folder.Root, Command(name, more));
            run.ShouldBeDone();
            return new JobFiles(folder[name]);
        }
    }

    private static string? Float32(JobFiles files) => files.Result()
        .GetProperty("baselines").GetProperty("fp32").GetProperty("artefact").GetProperty("sha256").GetString();

    private static string Statistics(JobFiles files) => PlanOf(files).BuiltFrom.Calibration;

    private static PlanFile PlanOf(JobFiles files) => PlanFile.Parse(files.Text("winner.plan.json"), "winner.plan.json");

    private string[] Command(string output, params string[] more) =>
        [.. job.Command(output, [.. GlyphJob.Budget, .. more]).Select(word => word == "none" ? "cache" : word)];
}
