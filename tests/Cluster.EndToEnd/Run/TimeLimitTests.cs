namespace Cluster.EndToEnd.Run;

/// <summary>Jobs that end by the clock: whatever there is then is timed and published.</summary>
public sealed class TimeLimitTests(GlyphJob job)
{
    [Fact]
    public async Task Run_NoMinutes_PublishesTheBaselinesBest()
    {
        using var folder = new WorkFolder();

        var run = await ClusterProcess.RunAsync(folder.Root, await job.GivenAsync("out", "--max-minutes", "0"));

        run.Code.ShouldBe(ExitCode.NothingFeasible, run.Error);
        run.Output.ShouldContain("The job was stopped, as its 0 minutes are over: this is the best it had found.");
        var files = new JobFiles(folder["out"]);
        JobFiles.Expected.ShouldAllBe(name => Path.Exists(files[name]));
        files.Result().GetProperty("decision").GetProperty("stopped").GetString().ShouldBe("its 0 minutes are over");
    }

    [Fact]
    public async Task Run_InterruptedThenNoMinutes_PublishesWhatItHad()
    {
        using var folder = new WorkFolder();
        string[] command = await job.GivenAsync("out");
        using (var events = new FileEvents(folder["out"], _ => FileEvents.Lines(folder["out/journal.jsonl"]) >= 6))
        {
            using var process = ClusterProcess.Start(folder.Root, command);
            (await events.MomentAsync(process)).ShouldBeTrue();
            Signals.Send(process.Id, Signals.Interrupt);
            await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var files = new JobFiles(folder["out"]);
        int before = files.Journal().Count;
        var run = await ClusterProcess.RunAsync(folder.Root, [.. command, "--max-minutes", "0"]);

        run.Code.ShouldBe(ExitCode.NothingFeasible, run.Error);
        files.Journal()[before].Event.ShouldBeOfType<SearchStopped>();
        files.State().IsCompleted.ShouldBeTrue();
        JobFiles.Expected.ShouldAllBe(name => Path.Exists(files[name]));

        // Asked again with as many minutes, it is reported; with more, it goes on where it was stopped.
        (await ClusterProcess.RunAsync(folder.Root, [.. command, "--max-minutes", "0"])).Output.ShouldContain("The job was stopped");
        run = await ClusterProcess.RunAsync(folder.Root, command);

        run.ShouldBeDone();
        run.Error.ShouldContain("resuming, no time limit");
        run.Output.ShouldNotContain("The job was stopped");
        files.Journal()[before].Event.ShouldBeOfType<SearchContinued>();
        files.Journal().ShouldNotContain(record => record.Event is SearchStopped);
        files.State().IsCompleted.ShouldBeTrue();
        JobFiles.Expected.ShouldAllBe(name => Path.Exists(files[name]));
    }

    [Fact]
    public async Task Run_DryRun_TellsTheCostAndWritesNothing()
    {
        using var folder = new WorkFolder();

        var run = await ClusterProcess.RunAsync(folder.Root, job.Command("out", "--dry-run", "--json"));

        run.Code.ShouldBe(0, run.Error);
        var forecast = run.Json();
        forecast.GetProperty("mostMeasurements").GetInt32().ShouldBeGreaterThanOrEqualTo(forecast.GetProperty("measurements").GetInt32());
        forecast.GetProperty("seconds").GetDouble().ShouldBeGreaterThan(0);
        forecast.GetProperty("leastMemoryBytes").GetInt64().ShouldBeGreaterThan(10_000_000);
        Directory.Exists(folder["out"]).ShouldBeFalse();
        var said = await ClusterProcess.RunAsync(
            folder.Root, job.Command("out", "--dry-run", "--bops-budget", "1", "--goal", "accurate", "--max-drop", "0"));
        said.Code.ShouldBe(2, "--max-drop and a budget are two questions");
        var text = await ClusterProcess.RunAsync(folder.Root, job.Command("out", "--dry-run"));
        text.Output.ShouldContain("Asked:        the fastest plan within 0 points of FP32");
        text.Output.ShouldEndWith("Nothing was written.\n");
    }
}
