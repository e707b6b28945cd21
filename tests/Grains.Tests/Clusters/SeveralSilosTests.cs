namespace Cluster.Grains.Tests.Clusters;

/// <summary>Jobs of a cluster, whichever silo coordinates them.</summary>
public sealed class SeveralSilosTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Jobs_OfTwoSilos_AreCommandedByBothAndByAClient()
    {
        var goOn = new TaskCompletionSource();
        using var store = FileJobStore.Open(_folder.Root);
        await using var silos = await TestSilos.StartAsync(store, name => new SyntheticNode(Networks.Easy, 1, async (_, stop) =>
        {
            await goOn.Task.WaitAsync(stop);
            return null;
        })
        {
            Id = name,
        });
        var callers = silos.Callers;
        string[] ids = [.. callers.Select((_, number) => $"j-{number}")];

        foreach (var (caller, id) in callers.Zip(ids))
        {
            var created = await caller.GetGrain<IJobCatalogGrain>(0).CreateAsync(Carried.Of(TestSilo.Entry(Networks.Easy, id)));
            created.Value<JobEntry>().Id.ShouldBe(id);
        }

        foreach (var job in callers.SelectMany(caller => ids.Select(id => caller.GetGrain<IJobGrain>(id))))
        {
            (await ProgressAsync(job)).ShouldNotBeNull();
            (await job.PreparedAsync(TimeSpan.Zero, Token)).IsOver.ShouldBeTrue();
            (await job.PauseAsync()).Outcome.ShouldBe(JobReplyOutcome.Done);
            (await job.ResumeAsync()).Outcome.ShouldBe(JobReplyOutcome.Done);
        }

        goOn.SetResult();
        foreach (string id in ids)
        {
            var journals = await Task.WhenAll(callers.Select(caller => ReadAsync(caller.GetGrain<IJobGrain>(id))));
            journals[0][^1].Event.ShouldBeOfType<JobCompleted>();
            journals[1].ShouldBeEquivalentTo(journals[0]);
            journals[2].ShouldBeEquivalentTo(journals[0]);
        }

        foreach (var caller in callers)
        {
            (await caller.GetGrain<INodesGrain>(0).ListAsync(TestContext.Current.CancellationToken)).Count.ShouldBe(2);
        }
    }

    [Fact]
    public async Task Acquire_Cancelled_EndsInGrain()
    {
        var watch = new Ends(nameof(INodeDirectoryGrain.AcquireAsync));
        using var store = FileJobStore.Open(_folder.Root);
        await using var silos = await TestSilos.StartAsync(
            store,
            name => new SyntheticNode(Networks.Easy, 0) { Id = name },
            services => services.AddSingleton<IIncomingGrainCallFilter>(watch));
        foreach (var caller in silos.Callers)
        {
            using var stop = new CancellationTokenSource();
            var asked = caller.GetGrain<INodeDirectoryGrain>(0).AcquireAsync(
                new SlotRequest("job", string.Empty, Alone: false), TimeSpan.FromHours(1), stop.Token);
            await watch.Begun.ReadAsync(Token);

            await stop.CancelAsync();

            await Should.ThrowAsync<OperationCanceledException>(asked);
            (await watch.Ended.ReadAsync(Token)).ShouldBeAssignableTo<OperationCanceledException>();
        }
    }

    [Fact]
    public async Task Nodes_OneOfThemIsSilent_AreListedWithIt()
    {
        using var store = FileJobStore.Open(_folder.Root);
        await using var silos = await TestSilos.StartAsync(
            store,
            name => new SyntheticNode(Networks.Easy, 1) { Id = name },
            services => services.AddSingleton<IIncomingGrainCallFilter>(new Silence()));
        var (first, second) = (silos.Silos[0], silos.Silos[1]);
        var hung = second.GetRequiredService<INodeHost>().Id;

        foreach (var caller in silos.Callers)
        {
            var all = await caller.GetGrain<INodesGrain>(0).ListAsync(Token);
            all.ShouldAllBe(node => !node.IsSuspect && node.SeenAt != null && node.Slots.Count == 1);
            all.Count.ShouldBe(2);
        }

        second.GetServices<IIncomingGrainCallFilter>().OfType<Silence>().Single().IsOn = true;
        var without = await first.GetRequiredService<IGrainFactory>().GetGrain<INodesGrain>(0).ListAsync(Token);

        without.Select(node => (node.Id == hung, node.IsSuspect, node.Slots.Count)).ShouldBe([(false, false, 1), (true, true, 1)], true);
    }

    private static async Task<JobProgress> ProgressAsync(IJobGrain job)
    {
        while (true)
        {
            Token.ThrowIfCancellationRequested();
            if (await job.GetProgressAsync() is { } progress)
            {
                return progress.Value<JobProgress>();
            }
        }
    }

    private static async Task<List<JournalRecord>> ReadAsync(IJobGrain job)
    {
        var records = new List<JournalRecord>();
        while (true)
        {
            Token.ThrowIfCancellationRequested();
            var page = (await job.ReadAsync(records.Count, 100, TimeSpan.FromSeconds(2), Token)).ShouldNotBeNull();
            records.AddRange(page.Records.Value<IReadOnlyList<JournalRecord>>());
            if (page.Status.HasEnded() && records.Count == page.Total)
            {
                return records;
            }
        }
    }

    // A silo that does not say what its node does.
    private sealed class Silence : IIncomingGrainCallFilter
    {
        public bool IsOn { get; set; }

        public Task Invoke(IIncomingGrainCallContext context) =>
            IsOn && string.Equals(context.MethodName, nameof(INodeService.StatusAsync), StringComparison.Ordinal)
                ? new TaskCompletionSource().Task
                : context.Invoke();
    }

    // How calls of a method end in their grain, which the caller may not wait for.
    private sealed class Ends(string method) : IIncomingGrainCallFilter
    {
        private readonly Channel<bool> _begun = Channel.CreateUnbounded<bool>();
        private readonly Channel<Exception?> _ended = Channel.CreateUnbounded<Exception?>();

        public ChannelReader<bool> Begun => _begun.Reader;

        public ChannelReader<Exception?> Ended => _ended.Reader;

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            if (!string.Equals(context.MethodName, method, StringComparison.Ordinal))
            {
                await context.Invoke();
                return;
            }

            var call = context.Invoke();
            _begun.Writer.TryWrite(true);
            await Task.WhenAny(call);
            _ended.Writer.TryWrite(call.Exception?.InnerException ?? (call.IsCanceled ? new OperationCanceledException() : null));
            await call;
        }
    }
}
