using Cluster.Contract.V1;

namespace Cluster.EndToEnd.Cluster;

/// <summary>A cluster of one silo that is killed again and again ends with what it would have found undisturbed.</summary>
[Long]
public sealed class SiloKillTests
{
    private const string Target = "synthetic:groups=16,seed=3,ms=2..15";
    private const int Kills = 6;

    [Fact]
    public async Task Job_WhoseSiloIsKilledAtRandomMoments_EndsWithTheSameWinner()
    {
        using var folder = new WorkFolder();
        await using var silo = new SiloProcess(folder.Root);
        await silo.StartAsync();
        var undisturbed = await SyntheticJob.WatchAsync(silo, await SyntheticJob.CreateAsync(silo, Target));
        var random = new Random(7);

        string job = await SyntheticJob.CreateAsync(silo, Target);
        var events = new List<JobEvent>();
        for (int kill = 0; kill < Kills; kill++)
        {
            events.AddRange(await SyntheticJob.WatchAsync(silo, job, after: events.Count, atMost: random.Next(1, 20)));
            await silo.KillAsync();
            await silo.StartAsync();
        }

        events.AddRange(await SyntheticJob.WatchAsync(silo, job, after: events.Count));

        events.Select(e => e.Sequence).ShouldBe(Enumerable.Range(1, events.Count).Select(i => (long)i));
        SyntheticJob.Winner(events).ShouldBe(SyntheticJob.Winner(undisturbed));
        SyntheticJob.Ended(events).ShouldBe(SyntheticJob.Ended(undisturbed));
        (await silo.StopAsync()).ShouldBe(0);
    }
}
