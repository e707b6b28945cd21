namespace Cluster.EndToEnd.Run;

public sealed class AgainTests(GlyphJob job)
{
    [Fact]
    public async Task Run_FinishedJob_IsReportedWithoutWork()
    {
        using var folder = new WorkFolder();
        var files = await CopyAsync(folder);
        var before = Snapshot(files);
        var run = await ClusterProcess.RunAsync(folder.Root, job.Command("out", "--json"));
        run.ShouldBeDone();
        run.Output.ShouldBe(files.Text("result.json"));
        run.Error.ShouldNotContain("calibrating");
        Snapshot(files).ShouldBe(before);

        // The table is the same as the first run's but for the command that is typed next.
        var table = await ClusterProcess.RunAsync(folder.Root, job.Command("out"));
        table.ShouldBeDone();
        table.Output.ShouldMatch("(You get|Unclear): ");
        Snapshot(files).ShouldBe(before);
    }

    [Fact]
    public async Task Run_Retime_TimesTheFinalistsAndMeasuresNothingElse()
    {
        using var folder = new WorkFolder();
        var files = await CopyAsync(folder);
        int before = files.Journal().Count;

        var run = await ClusterProcess.RunTimedAsync(folder.Root, job.Command("out", "--retime"));

        run.ShouldBeDone();
        run.Error.ShouldContain("timing the finalists again");
        run.Error.ShouldNotContain("calibrating");
        var added = files.Journal().Skip(before - 1).Select(record => record.Event).ToArray();
        added[0].ShouldBeOfType<SearchRetimed>();
        WorkItem[] items = [.. added.OfType<RoundProposed>().SelectMany(round => round.Items).Select(item => item.Item)];
        items[0].ShouldBeOfType<FinalTimingItem>().Again.ShouldBe(1);
        items.ShouldAllBe(item => item is FinalTimingItem || item is ParityItem || item is TestItem);
        Path.Exists(files["result.json"]).ShouldBeTrue();
        (await ClusterProcess.RunAsync(folder.Root, "replay", "out")).Code.ShouldBe(0);
    }

    [Fact]
    public async Task Run_RetimeOfNoJob_SaysSo()
    {
        using var folder = new WorkFolder();

        var run = await ClusterProcess.RunAsync(folder.Root, job.Command("out", "--retime"));
        (run.Code, run.Error.Contains("out holds no job to time again", StringComparison.Ordinal)).ShouldBe((3, true), run.Error);
        run = await ClusterProcess.RunAsync(folder.Root, job.Command("out", "--retime", "--fresh"));
        run.Code.ShouldBe(2, run.Error);
    }

    [Fact]
    public async Task Run_FolderOfAnotherJob_IsRefusedAndLeftAlone()
    {
        using var folder = new WorkFolder();
        var files = await CopyAsync(folder);
        var before = Snapshot(files);
        var run = await ClusterProcess.RunAsync(folder.Root, job.Command("out", "--max-drop", "1%"));
        run.Code.ShouldBe(2, "an option that is given twice is a usage error");
        string[] other = [.. job.Command("out").Select(word => word == "0" ? "1%" : word)];
        run = await ClusterProcess.RunAsync(folder.Root, other);
        run.Code.ShouldBe(2, run.Error);
        run.Output.ShouldBeEmpty();
        run.Error.TrimEnd().Split('\n')[^1].ShouldContain("is another job's");
        run.Error.ShouldContain("which differs in --max-drop (0 there, 0.01 asked)");
        run.Error.ShouldContain("--fresh");
        Snapshot(files).ShouldBe(before);
    }

    [Fact]
    public async Task Run_Fresh_BeginsAnewAndFindsTheSame()
    {
        using var folder = new WorkFolder();
        var files = await CopyAsync(folder);
        var first = files.Journal()[0];
        var run = await ClusterProcess.RunAsync(folder.Root, await job.ReplayAsync("out", "--fresh"));
        run.ShouldBeDone();
        run.Error.ShouldContain("calibrating");
        files.Journal()[0].At.ShouldBeGreaterThan(first.At);
        files.ShouldHaveTheWinnerOf(await job.FinishedAsync());
    }

    [Fact]
    public async Task Run_FreshThatCannotBegin_KeepsTheFinishedJob()
    {
        using var folder = new WorkFolder();
        var files = await CopyAsync(folder);
        var before = Snapshot(files);
        var run = await ClusterProcess.RunAsync(folder.Root, job.Command("out", "--fresh", "--latency-table", "nowhere.json"));
        run.Code.ShouldBe(3, run.Error);
        Snapshot(files).ShouldBe(before);
    }

    [Fact]
    public async Task Run_FolderInUse_IsRefusedAlsoWithFresh()
    {
        using var folder = new WorkFolder();
        string[] command = await job.ReplayAsync("out");
        using var events = new FileEvents(folder["out"], _ => FileEvents.Lines(folder["out/journal.jsonl"]) >= 3);
        using var process = ClusterProcess.Start(folder.Root, command);
        (await events.MomentAsync(process)).ShouldBeTrue();

        // Stopped, it holds the folder however long the others take to start.
        Signals.Send(process.Id, Signals.Stop).ShouldBeTrue();
        foreach (string[] second in new[] { command, [.. command, "--fresh"] })
        {
            var run = await ClusterProcess.RunAsync(folder.Root, second);
            run.Code.ShouldBe(1, run.Error);
            run.Error.TrimEnd().Split('\n')[^1].ShouldContain($"is in use by process {process.Id}");
        }

        Signals.Send(process.Id, Signals.Continue).ShouldBeTrue();

        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        new ClusterProcess(process.ExitCode, output, string.Empty).ShouldBeDone();
        new JobFiles(folder["out"]).ShouldHaveTheWinnerOf(await job.FinishedAsync());
    }

    private async Task<JobFiles> CopyAsync(WorkFolder folder)
    {
        (await job.FinishedAsync()).CopyTo(folder["out"]);
        return new JobFiles(folder["out"]);
    }

    // Of what a job leaves; its lock files come and go, and job.yaml names its data from where it lies.
    private static List<string> Snapshot(JobFiles files) =>
        [.. Directory.EnumerateFiles(files.Root, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(files.Root, path))
            .Where(name => name != "job.yaml" && !name.StartsWith("journal.jsonl.", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => $"{name} {files.Sha256(name)}")];
}
