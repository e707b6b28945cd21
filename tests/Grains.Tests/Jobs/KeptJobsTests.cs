namespace Cluster.Grains.Tests.Jobs;

public sealed class KeptJobsTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly FileJobStore _store;

    public KeptJobsTests() => _store = FileJobStore.Open(_folder.Root);

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Keep_OnASiloThatRuns_IsTakenOnceAndRunsOn()
    {
        await using var job = await StartAsync();
        var kept = new KeptJobs();

        kept.TryKeep("j-1", job).ShouldBeTrue();

        kept.Take("j-1").ShouldBe(job);
        kept.Take("j-1").ShouldBeNull();
        job.Completion.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Stop_StopsWhatIsKept_AndLeavesLaterJobsToTheirGrains()
    {
        var earlier = await StartAsync();
        var kept = new KeptJobs();
        kept.TryKeep("j-1", earlier);

        await kept.StopAsync(CancellationToken.None);

        earlier.Completion.IsCompleted.ShouldBeTrue();
        await using var later = await StartAsync("j-2");
        kept.TryKeep("j-2", later).ShouldBeFalse();
        kept.Take("j-2").ShouldBeNull();
    }

    // It waits for its turn, which no grain gives it.
    private async Task<RunningJob> StartAsync(string id = "j-1")
    {
        var entry = await _store.AddAsync(TestSilo.Entry(Networks.Easy, id), TestContext.Current.CancellationToken);
        return await RunningJob.StartAsync(
            entry, _store, new ClusterJobs(), NoGrains.Create(), new NoNodes(), TestSilo.Quick, TimeProvider.System, NullLogger.Instance);
    }

    private sealed class NoNodes : INodeServices
    {
        public IReadOnlyList<string> Names => [];

        public ValueTask<INodeService?> FindAsync(string node) => default;

        public ValueTask<ICandidateGrain?> FindCandidateAsync(string key) => default;
    }
}
