namespace Cluster.Grains.Tests.Jobs;

public sealed class JobMemoryTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task End_NoReaders_ReleasesJobs()
    {
        await using var silo = await TestSilo.StartAsync(_folder.Root, new SyntheticNode(Networks.Easy, 2));

        foreach (var id in Ids)
        {
            await silo.CreateAsync(TestSilo.Entry(Networks.Easy, id));
        }

        foreach (var id in Ids)
        {
            await silo.ListedAsync(id, JobStatus.Succeeded);
        }

        await NothingStaysAsync(silo);
    }

    [Fact]
    public async Task End_ReadersAskOnceMore_NothingStays()
    {
        await using var silo = await TestSilo.StartAsync(_folder.Root, new SyntheticNode(Networks.Easy, 2));
        await silo.CreateAsync(TestSilo.Entry(Networks.Easy));
        await silo.ReadAsync("j-1");

        await silo.Grains.GetGrain<IJobGrain>("j-1").GetProgressAsync();
        await silo.UntilAsync(
            nameof(INodeDirectoryGrain.AnnounceAsync),
            async () => (await silo.Grains.GetGrain<IJobGrain>("j-1").EnsureRunningAsync()).Outcome == JobReplyOutcome.Ended);

        await NothingStaysAsync(silo);
    }

    private static IEnumerable<string> Ids => Enumerable.Range(1, 5).Select(number => $"j-{number}");

    private static Task NothingStaysAsync(TestSilo silo) =>
        silo.UntilAsync(nameof(INodeDirectoryGrain.AnnounceAsync), async () =>
        {
            // What is idle goes, and it is idle once it is over.
            await silo.Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);
            GC.Collect();
            return silo.JournalsHeld == 0;
        }).WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
}
