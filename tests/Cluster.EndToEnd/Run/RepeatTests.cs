namespace Cluster.EndToEnd.Run;

public sealed class RepeatTests(GlyphJob job)
{
    [Theory]
    [InlineData("1")]
    [InlineData("4")]
    public async Task Run_SameLatencies_SameBytesWithAnyNumberOfWorkers(string workers)
    {
        using var folder = new WorkFolder();
        var run = await ClusterProcess.RunAsync(folder.Root, await job.ReplayAsync("out", "--workers", workers));
        run.ShouldBeDone();
        var files = new JobFiles(folder["out"]);
        var undisturbed = await job.FinishedAsync();
        files.ShouldHaveTheWinnerOf(undisturbed);
        Proposals(files).ShouldBe(Proposals(undisturbed));
        files.Completed().Where(item => item.Result is Coordinator.Work.LatencyResult or Coordinator.Work.ProfileResult)
            .ShouldAllBe(item => item.Source == ResultSource.LatencyTable);
    }

    // What the search asked for, in order.
    private static List<string> Proposals(JobFiles files) =>
        [.. files.State().Rounds.SelectMany(round => round.Items.Select(item => $"{round.Round} {round.After} {item.Sequence} {item.Id}"))];
}
