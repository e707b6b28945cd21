namespace Cluster.EndToEnd.Run;

[Long]
public sealed class KillTests(GlyphJob job)
{
    // A job makes about a hundred changes to its folder; a resumed one makes fewer and fewer.
    private const int LatestChange = 30;
    private const int Kills = 6;

    [Fact]
    public async Task Run_KilledAtRandomMoments_ResumesToTheSameWinner()
    {
        using var folder = new WorkFolder();
        string[] command = await job.ReplayAsync("out", "--workers", "4");
        var random = new Random(3);
        int killed = 0;
        for (int attempt = 0; attempt < Kills; attempt++)
        {
            killed += await RunUntilAsync(folder, command, random.Next(1, LatestChange + 1)) ? 1 : 0;
        }

        killed.ShouldBeGreaterThan(1);
        await FinishAsync(folder, command);
    }

    [Fact]
    public async Task Run_KilledWhilePublishing_ResumesToTheSameWinner()
    {
        using var folder = new WorkFolder();
        string[] command = await job.ReplayAsync("out");
        using (var events = new FileEvents(folder["out"], _ => Path.Exists(folder["out/winner.plan.json"])))
        {
            using var process = ClusterProcess.Start(folder.Root, command);
            await events.MomentAsync(process);
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await FinishAsync(folder, command);
    }

    [Fact]
    public async Task Run_Interrupted_EndsWith130AndIsResumed()
    {
        using var folder = new WorkFolder();
        string[] command = await job.ReplayAsync("out");
        using (var events = new FileEvents(folder["out"], _ => FileEvents.Lines(folder["out/journal.jsonl"]) >= 6))
        {
            using var process = ClusterProcess.Start(folder.Root, command);
            (await events.MomentAsync(process)).ShouldBeTrue();
            Signals.Send(process.Id, Signals.Interrupt);
            string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            process.ExitCode.ShouldBe(130, error);
            error.TrimEnd().Split('\n')[^1].ShouldBe(
                "cluster: interrupted; run the same command again to resume the job, or with --max-minutes 0 "
                + "to publish the best so far.");
        }

        var files = new JobFiles(folder["out"]);
        int before = files.Journal().Count;
        files.State().IsCompleted.ShouldBeFalse();
        await FinishAsync(folder, command);
        files.Journal()[before - 1].Owner.ShouldBe(1);
        files.Journal()[before].Owner.ShouldBe(2, "the second run went on where the first had ended");
    }

    private static async Task<bool> RunUntilAsync(WorkFolder folder, string[] command, int change)
    {
        using var events = new FileEvents(folder["out"], count => count >= change);
        using var process = ClusterProcess.Start(folder.Root, command);
        bool isMoment = await events.MomentAsync(process);
        if (isMoment)
        {
            process.Kill();
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return isMoment;
    }

    private async Task FinishAsync(WorkFolder folder, string[] command)
    {
        var run = await ClusterProcess.RunAsync(folder.Root, command);
        run.ShouldBeDone();
        var files = new JobFiles(folder["out"]);
        files.ShouldHaveTheWinnerOf(await job.FinishedAsync());
        files.State().IsCompleted.ShouldBeTrue();
        JobFiles.Expected.ShouldAllBe(name => Path.Exists(files[name]));
        Directory.EnumerateFiles(files.Root, "*.part", SearchOption.AllDirectories).ShouldBeEmpty();
    }
}
