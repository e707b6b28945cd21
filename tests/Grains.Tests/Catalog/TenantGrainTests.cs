namespace Cluster.Grains.Tests.Catalog;

/// <summary>Few jobs of a tenant run at once; the others are queued.</summary>
public sealed class TenantGrainTests : IDisposable
{
    private static readonly GrainOptions Two = TestSilo.Quick with
    {
        JobsPerTenant = 2,
        LongestWait = TimeSpan.FromMilliseconds(300),
        DrainLimit = TimeSpan.FromMilliseconds(50),
    };

    private readonly WorkFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Create_MoreJobsThanMayRun_QueuesTheRestAndSaysTheirPlaces()
    {
        await using var silo = await TestSilo.StartAsync(_folder.Root, Endless(), options: Two);
        foreach (int number in Enumerable.Range(1, 4))
        {
            await silo.CreateAsync(Entry(number));
        }

        await silo.ListedAsync("j-1", JobStatus.Running);
        await silo.ListedAsync("j-2", JobStatus.Running);

        await PlaceAsync(silo, "j-3", 1);
        await PlaceAsync(silo, "j-4", 2);
        (await silo.Store.ListAsync(new JobQuery(10, [JobStatus.Running]), Token)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Create_OtherTenant_RunsBesideQueuedJobs()
    {
        await using var silo = await TestSilo.StartAsync(_folder.Root, Endless(), options: Two);
        foreach (int number in Enumerable.Range(1, 4))
        {
            await silo.CreateAsync(Entry(number));
        }

        await silo.CreateAsync(Entry(5) with { Tenant = "other" });

        await silo.ListedAsync("j-5", JobStatus.Running);
    }

    [Fact]
    public async Task Cancel_RunningJob_StartsNext()
    {
        await using var silo = await TestSilo.StartAsync(_folder.Root, Endless(), options: Two);
        foreach (int number in Enumerable.Range(1, 4))
        {
            await silo.CreateAsync(Entry(number));
        }

        await PlaceAsync(silo, "j-4", 2);
        await silo.Grains.GetGrain<IJobGrain>("j-1").CancelAsync("enough");

        await silo.ListedAsync("j-3", JobStatus.Running);
        await PlaceAsync(silo, "j-4", 1);
    }

    [Fact]
    public async Task Cancel_AJobInTheQueue_EndsItWithoutWork()
    {
        await using var silo = await TestSilo.StartAsync(_folder.Root, Endless(), options: Two with { JobsPerTenant = 1 });
        await silo.CreateAsync(Entry(1));
        await silo.CreateAsync(Entry(2));
        await PlaceAsync(silo, "j-2", 1);

        (await silo.Grains.GetGrain<IJobGrain>("j-2").CancelAsync("enough")).Outcome.ShouldBe(JobReplyOutcome.Done);

        (await silo.ReadAsync("j-2")).Select(record => record.Event.GetType())
            .ShouldBe([typeof(JobSubmitted), typeof(CancelRequested), typeof(JobCancelled)]);
    }

    [Fact]
    public async Task Resume_AJobThatWasPausedInTheQueue_GoesBackToIt()
    {
        await using var silo = await TestSilo.StartAsync(_folder.Root, Endless(), options: Two with { JobsPerTenant = 1 });
        await silo.CreateAsync(Entry(1));
        await silo.CreateAsync(Entry(2));
        await PlaceAsync(silo, "j-2", 1);
        var job = silo.Grains.GetGrain<IJobGrain>("j-2");

        await job.PauseAsync();
        await silo.ListedAsync("j-2", JobStatus.Paused);
        await job.ResumeAsync();
        await silo.ListedAsync("j-2", JobStatus.Queued);
        await PlaceAsync(silo, "j-2", 1);
        await silo.Grains.GetGrain<IJobGrain>("j-1").CancelAsync("enough");

        await silo.ListedAsync("j-2", JobStatus.Running);
    }

    [Theory]
    [InlineData(JobStatus.Scheduled, 300, false)]
    [InlineData(JobStatus.Preparing, 300, false)]
    [InlineData(JobStatus.Preparing, 0, true)] // for longer than the lease
    [InlineData(JobStatus.Running, 0, false)]
    [InlineData(JobStatus.Unschedulable, 300, true)]
    [InlineData(JobStatus.Succeeded, 300, true)]
    public async Task MayBegin_AnotherRunOfTheTenant_WaitsForOneThatGoesOn(JobStatus status, int leaseSeconds, bool isFree)
    {
        // Without a silo, which would go on with the run that the store has.
        using var store = FileJobStore.Open(_folder.Root);
        var options = Two with { Lease = TimeSpan.FromSeconds(leaseSeconds) };
        await store.AddAsync(Entry(1) with { Status = status }, Token);
        var tenant = new TenantGrain(store, options, TimeProvider.System);

        (await tenant.MayBeginAsync("j-1")).ShouldBeTrue();
        (await tenant.MayBeginAsync("j-1")).ShouldBeTrue("a call may be repeated");
        (await tenant.MayBeginAsync("j-2")).ShouldBe(isFree);
        (await new TenantGrain(store, options, TimeProvider.System).MayBeginAsync("j-2")).ShouldBeTrue("that of another tenant");

        await store.RemoveAsync("j-1", Token);
        (await tenant.MayBeginAsync("j-2")).ShouldBeTrue();
    }

    private static Task PlaceAsync(TestSilo silo, string job, int place) => silo.UntilAsync(
        nameof(ITenantGrain.PlaceAsync),
        async () => (await silo.Grains.GetGrain<IJobGrain>(job).GetProgressAsync())?.Value<JobProgress>().Place == place);

    private static JobEntry Entry(int number) =>
        TestSilo.Entry(Networks.Easy, $"j-{number}") with { CreatedAt = DateTimeOffset.UnixEpoch.AddSeconds(number) };

    // No work ends.
    private static SyntheticNode Endless() => new(Networks.Easy, 4, async (_, stop) =>
    {
        await Task.Delay(Timeout.Infinite, stop);
        return null;
    });
}
