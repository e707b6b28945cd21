using Cluster.Contract.V1;

namespace Cluster.EndToEnd.Cluster;

/// <summary>A silo that is asked to end finishes what it works on, as long as it promises to.</summary>
[Long]
public sealed class DrainTests
{
    [Fact]
    public async Task Drain_OfAnItemOf45Seconds_KeepsItsResult()
    {
        using var folder = new WorkFolder();
        await using var silo = new SiloProcess(folder.Root);
        await silo.StartAsync();
        string job = await SyntheticJob.CreateAsync(silo, "synthetic:groups=4,ms=45000..45000");
        var begun = await SyntheticJob.WatchUntilAsync(silo, job, IsRunning);

        (await silo.StopAsync()).ShouldBe(0);

        // The restarted silo reads results of the journal, and begins nothing again that was finished.
        await silo.StartAsync();
        var later = await SyntheticJob.WatchUntilAsync(silo, job, HasEnded, after: begun.Count);
        int first = begun[^1].CandidateChanged.Number;
        later.ShouldNotContain(e => IsRunning(e) && e.CandidateChanged.Number == first);
    }

    private static bool IsRunning(JobEvent e) =>
        e.CandidateChanged is { State: CandidateState.Running };

    private static bool HasEnded(JobEvent e) => e.CandidateChanged is { Evaluations.Count: > 0 };
}
