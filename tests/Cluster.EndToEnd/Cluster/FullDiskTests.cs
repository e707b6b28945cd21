using Cluster.Contract.V1;

namespace Cluster.EndToEnd.Cluster;

/// <summary>A silo whose whole disk (jobs, journals, artefacts, cache) is full for a while.</summary>
[Long]
public sealed class FullDiskTests
{
    private const string Target = "synthetic:groups=16,seed=3,ms=2..15";

    private static readonly Lazy<Task<List<JobEvent>>> Undisturbed = new(UndisturbedAsync);

    [Theory]
    [InlineData(JobEvent.EventOneofCase.CandidateChanged)]
    [InlineData(JobEvent.EventOneofCase.WinnerSelected)]
    public async Task Job_WhoseDiskIsFullFromThenOn_LosesNothingAndGoesOnByItself(JobEvent.EventOneofCase from)
    {
        using var disk = SmallDisk.Require();
        await using var silo = new SiloProcess(disk.Root, "--cache", "cache");
        await silo.StartAsync();
        await Readiness.UntilAsync(silo, isReady: true);
        string job = await SyntheticJob.CreateAsync(silo, Target);
        var seen = await SyntheticJob.WatchUntilAsync(silo, job, happened => happened.EventCase == from);

        disk.Fill();
        await Readiness.UntilAsync(silo, isReady: false);
        var refused = await Should.ThrowAsync<RpcException>(() => SyntheticJob.CreateAsync(silo, Target));
        disk.Relieve();
        await Readiness.UntilAsync(silo, isReady: true);
        var events = await SyntheticJob.WatchAsync(silo, job);

        refused.StatusCode.ShouldBe(StatusCode.ResourceExhausted, refused.Status.Detail);
        events.Take(seen.Count).ShouldBe(seen);
        events.ShouldAllBe(e => e.EventCase != JobEvent.EventOneofCase.CandidateChanged || e.CandidateChanged.Failure == null);
        var undisturbed = await Undisturbed.Value;
        SyntheticJob.Winner(events).ShouldBe(SyntheticJob.Winner(undisturbed));
        SyntheticJob.Ended(events).ShouldBe(SyntheticJob.Ended(undisturbed));
        (await silo.StopAsync()).ShouldBe(0);
    }

    private static async Task<List<JobEvent>> UndisturbedAsync()
    {
        using var folder = new WorkFolder();
        await using var silo = new SiloProcess(folder.Root);
        await silo.StartAsync();
        return await SyntheticJob.WatchAsync(silo, await SyntheticJob.CreateAsync(silo, Target));
    }
}
