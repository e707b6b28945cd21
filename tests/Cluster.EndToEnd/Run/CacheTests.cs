namespace Cluster.EndToEnd.Run;

public sealed class CacheTests(GlyphJob job)
{
    [Fact]
    public async Task Run_SecondJobWithTheCache_MeasuresNoAccuracyAgainUnlessItIsDamaged()
    {
        using var folder = new WorkFolder();
        var first = await RunAsync(folder, "first");
        Accuracies(first).ShouldAllBe(item => item.Source == ResultSource.Measured);

        var second = await RunAsync(folder, "second");
        Accuracies(second).Count.ShouldBe(Accuracies(first).Count);
        Accuracies(second).ShouldAllBe(item => item.Source == ResultSource.Cache);
        second.ShouldHaveTheWinnerOf(first);

        // One changed digit in each entry: a result that is not the one that was stored must not be believed.
        foreach (string entry in Directory.EnumerateFiles(folder["cache"], "*", SearchOption.AllDirectories))
        {
            byte[] bytes = await File.ReadAllBytesAsync(entry, TestContext.Current.CancellationToken);
            int digit = Array.FindLastIndex(bytes, value => value is >= (byte)'0' and <= (byte)'9');
            bytes[digit] = bytes[digit] == (byte)'1' ? (byte)'2' : (byte)'1';
            await File.WriteAllBytesAsync(entry, bytes, TestContext.Current.CancellationToken);
        }

        var third = await RunAsync(folder, "third");
        Accuracies(third).ShouldAllBe(item => item.Source == ResultSource.Measured);
        third.ShouldHaveTheWinnerOf(first);
    }

    private static IReadOnlyList<ItemCompleted> Accuracies(JobFiles files) =>
        [.. files.Completed().Where(item => item.Result is AccuracyResult or SensitivityResult)];

    private async Task<JobFiles> RunAsync(WorkFolder folder, string name)
    {
        string[] command = [.. (await job.ReplayAsync(name)).Select(word => word == "none" ? "cache" : word)];
        var run = await ClusterProcess.RunAsync(folder.Root, command);
        run.ShouldBeDone();
        return new JobFiles(folder[name]);
    }
}
