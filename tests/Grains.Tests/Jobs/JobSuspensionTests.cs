using Cluster.Coordinator;
using Cluster.Coordinator.Search.Strategies.Explorations;

namespace Cluster.Grains.Tests.Jobs;

public sealed class JobSuspensionTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    private static GrainOptions Impatient { get; } = TestSilo.Quick with
    {
        FirstSuspension = TimeSpan.FromMilliseconds(20),
        LongestSuspension = TimeSpan.FromMilliseconds(80)
    };

    private static GrainOptions Patient { get; } = TestSilo.Quick with
    {
        FirstSuspension = TimeSpan.FromHours(1),
        LongestSuspension = TimeSpan.FromHours(1)
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Coordination_ThreeFaults_SuspendsThenSucceeds()
    {
        var broken = 0;
        var jobs = Breaking(() => ++broken <= 3 ? new IOException("/srv/secret is full") : null);
        await using var silo = await TestSilo.StartAsync(_folder.Root, new SyntheticNode(Networks.Easy, 1), jobs, Impatient);

        await silo.CreateAsync(TestSilo.Entry(Networks.Easy));
        var events = (await silo.ReadAsync("j-1")).Select(record => record.Event).ToArray();

        events[^1].ShouldBeOfType<JobCompleted>();
        var suspended = events.OfType<JobSuspended>().ToArray();
        suspended.Select(why => why.Times).ShouldBe([1, 2, 3]);
        suspended.ShouldAllBe(why => why.Reason.Contains("could not read or write its files") && !why.Reason.Contains("secret"));
        events.OfType<JobRetried>().Count().ShouldBe(3);
    }

    [Fact]
    public async Task Coordination_ImpossibleJob_Fails()
    {
        var jobs = Breaking(() => new JobImpossibleException("No such group: correct --only."));
        await using var silo = await TestSilo.StartAsync(_folder.Root, new SyntheticNode(Networks.Easy, 1), jobs, Impatient);

        await silo.CreateAsync(TestSilo.Entry(Networks.Easy));
        var events = (await silo.ReadAsync("j-1")).Select(record => record.Event).ToArray();

        events[^1].ShouldBe(new JobFailed("No such group: correct --only."));
        events.ShouldNotContain(e => e is JobSuspended);
    }

    [Fact]
    public async Task Suspended_Listed_ResumedByHand_GoesOnAtOnce()
    {
        var broken = 0;
        var jobs = Breaking(() => ++broken == 1 ? new InvalidOperationException("a defect") : null);
        await using var silo = await TestSilo.StartAsync(_folder.Root, new SyntheticNode(Networks.Easy, 1), jobs, Patient);
        await silo.CreateAsync(TestSilo.Entry(Networks.Easy));
        await silo.ReadAsync("j-1", record => record.Event is JobSuspended);
        await silo.ListedAsync("j-1", JobStatus.Suspended);

        (await silo.Grains.GetGrain<IJobGrain>("j-1").ResumeAsync()).Outcome.ShouldBe(JobReplyOutcome.Done);
        var events = (await silo.ReadAsync("j-1")).Select(record => record.Event).ToArray();

        events[^1].ShouldBeOfType<JobCompleted>();
        events.ShouldNotContain(e => e is JobRetried);
    }

    [Fact]
    public async Task Suspended_ForItsClient_GoesOnOnlyOnceItIsResumed()
    {
        var broken = 0;
        var jobs = Breaking(() => ++broken == 1 ? new JobHeldException("The metric raised KeyError.") : null);
        await using (var silo = await TestSilo.StartAsync(_folder.Root, new SyntheticNode(Networks.Easy, 1), jobs, Impatient))
        {
            await silo.CreateAsync(TestSilo.Entry(Networks.Easy));
            await silo.ReadAsync("j-1", record => record.Event is JobSuspended);
        }

        await using var next = await TestSilo.StartAsync(_folder.Root, new SyntheticNode(Networks.Easy, 1), jobs, Impatient);
        var grain = next.Grains.GetGrain<IJobGrain>("j-1");
        var page = (await grain.ReadAsync(0, 100, TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken))!;
        await grain.ResumeAsync();
        var events = (await next.ReadAsync("j-1")).Select(record => record.Event).ToArray();

        page.Status.ShouldBe(JobStatus.Suspended);
        events.OfType<JobSuspended>().ShouldHaveSingleItem().ShouldBe(new JobSuspended("The metric raised KeyError.", null, 1));
        events.ShouldNotContain(e => e is JobRetried);
        events[^1].ShouldBeOfType<JobCompleted>();
    }

    [Fact]
    public async Task Suspended_AnotherSilo_WaitsForTheSameTimeAndCanBeCancelled()
    {
        var jobs = Breaking(() => new InvalidOperationException("a defect"));
        await using (var silo = await TestSilo.StartAsync(_folder.Root, new SyntheticNode(Networks.Easy, 1), jobs, Patient))
        {
            await silo.CreateAsync(TestSilo.Entry(Networks.Easy));
            await silo.ReadAsync("j-1", record => record.Event is JobSuspended);
        }

        await using var next = await TestSilo.StartAsync(_folder.Root, new SyntheticNode(Networks.Easy, 1), options: Patient);
        (await next.Grains.GetGrain<IJobGrain>("j-1").EnsureRunningAsync()).Outcome.ShouldBe(JobReplyOutcome.Done);
        var page = (await next.Grains.GetGrain<IJobGrain>("j-1").ReadAsync(0, 100, TimeSpan.Zero, TestContext.Current.CancellationToken))!;
        await next.Grains.GetGrain<IJobGrain>("j-1").CancelAsync("enough");
        var events = (await next.ReadAsync("j-1")).Select(record => record.Event).ToArray();

        page.Status.ShouldBe(JobStatus.Suspended);
        events[^1].ShouldBeOfType<JobCancelled>();
        events.OfType<JobSuspended>().ShouldHaveSingleItem();
    }

    [Fact]
    public void After_EachFault_WaitsTwiceAsLongUpToTheLongest()
    {
        var options = new GrainOptions();
        var waits = Enumerable.Range(1, 20).Select(times => SuspensionTimes.After("j-1", times, options)).ToArray();

        waits.Zip(Enumerable.Range(0, 20)).ShouldAllBe(
            wait => wait.First <= TimeSpan.FromSeconds(Math.Min(Math.Pow(2, wait.Second), 600))
                && wait.First >= TimeSpan.FromSeconds(Math.Min(Math.Pow(2, wait.Second), 600) / 2));
        SuspensionTimes.After("j-2", 3, options).ShouldNotBe(waits[2], "jobs do not come back all at once");
    }

    private static BreakingJobs Breaking(Func<Exception?> fault) => new(fault);

    /// <summary>A cluster whose strategies fail to be made, as an upgrade that breaks the search would.</summary>
    private sealed class BreakingJobs(Func<Exception?> fault) : IJobHost
    {
        private readonly ClusterJobs _inner = new();

        public JobRunnerOptions OptionsFor(JobEntry job) => _inner.OptionsFor(job);

        public ISearchStrategy StrategyFor(JobEntry job) => new Strategy(SearchStrategies.Of(job.Spec.Options), fault);

        private sealed class Strategy(ISearchStrategy inner, Func<Exception?> fault) : ISearchStrategy
        {
            public SearchStep Next(JobState state, CancellationToken cancellationToken = default) =>
                fault() is { } broken ? throw broken : inner.Next(state, cancellationToken);
        }
    }
}
