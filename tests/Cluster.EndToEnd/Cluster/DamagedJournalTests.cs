using Cluster.Contract.V1;

namespace Cluster.EndToEnd.Cluster;

/// <summary>A silo that finds one of its jobs' journals, or what it knows of the job, damaged.</summary>
[Long]
public sealed class DamagedJournalTests
{
    private const string Target = "synthetic:groups=16,seed=3,ms=2..15";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Journal_Damaged_KeepsItsJobOnlyFromGoingOnUntilItIsRestored()
    {
        using var folder = new WorkFolder();
        await using var silo = new SiloProcess(folder.Root);
        await silo.StartAsync();
        string job = await SyntheticJob.CreateAsync(silo, Target);
        string other = await SyntheticJob.CreateAsync(silo, Target);
        var seen = await SyntheticJob.WatchAsync(silo, job, atMost: 20);
        await silo.KillAsync();
        string journal = Path.Combine(folder["data"], job, "journal.jsonl");
        byte[] whole = await File.ReadAllBytesAsync(journal, Token);
        byte[] damaged = [.. whole];
        damaged[whole.Length / 2] ^= 0x10;
        await File.WriteAllBytesAsync(journal, damaged, Token);

        await silo.StartAsync();
        var winner = SyntheticJob.Winner(await SyntheticJob.WatchAsync(silo, other));
        using var channel = GrpcChannel.ForAddress(silo.Address);
        var jobs = new JobService.JobServiceClient(channel);
        var refused = await Should.ThrowAsync<RpcException>(() => SyntheticJob.WatchAsync(silo, job));
        var listed = await jobs.ListJobsAsync(new ListJobsRequest(), cancellationToken: Token);
        await File.WriteAllBytesAsync(journal, whole, Token);
        var events = await SyntheticJob.WatchAsync(silo, job);

        refused.StatusCode.ShouldBe(StatusCode.Unavailable, refused.Status.Detail);
        refused.Status.Detail.ShouldContain("damaged");
        listed.Jobs.Count.ShouldBe(2);
        events.Take(seen.Count).ShouldBe(seen);
        SyntheticJob.Winner(events).ShouldBe(winner);
    }

    [Fact]
    public async Task Entry_Damaged_IsLoggedAtTheStartAndItsJobAloneIsLeftOut()
    {
        using var folder = new WorkFolder();
        await using var silo = new SiloProcess(folder.Root);
        await silo.StartAsync();
        silo.StartLines.ShouldNotContain(line => line.Contains("left out", StringComparison.Ordinal));
        string job = await SyntheticJob.CreateAsync(silo, Target);
        string other = await SyntheticJob.CreateAsync(silo, Target);
        await SyntheticJob.WatchAsync(silo, job, atMost: 3);
        await silo.KillAsync();
        string entry = Path.Combine(folder["data"], job, "job.json");
        string text = await File.ReadAllTextAsync(entry, Token);
        await File.WriteAllTextAsync(entry, text.Replace("synthetic", "sinthetic", StringComparison.Ordinal), Token);

        await silo.StartAsync();

        silo.StartLines.ShouldContain(line => line.Contains("A job is left out, and the others go on", StringComparison.Ordinal)
            && line.Contains($"{job}/job.json is damaged", StringComparison.Ordinal));
        SyntheticJob.Winner(await SyntheticJob.WatchAsync(silo, other)).ShouldNotBeNull();
        using var channel = GrpcChannel.ForAddress(silo.Address);
        var listed = await new JobService.JobServiceClient(channel).ListJobsAsync(new ListJobsRequest(), cancellationToken: Token);
        listed.Jobs.ShouldHaveSingleItem().Name.ShouldBe(other);
    }
}
