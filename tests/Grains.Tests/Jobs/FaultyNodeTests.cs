namespace Cluster.Grains.Tests.Jobs;

public sealed class FaultyNodeTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    private static GrainOptions Quick { get; } = TestSilo.Quick with
    {
        LongestWait = TimeSpan.FromMilliseconds(200),
        FirstExclusion = TimeSpan.FromSeconds(2),
        ExplainedAfter = TimeSpan.FromMilliseconds(300),
        ForgetEvery = TimeSpan.FromMilliseconds(20),
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Node_ThatFailsEverythingForAWhile_IsLeftOutAndTheJobSaysSoUntilItIsTriedAgain()
    {
        var isBroken = true;
        var node = new SyntheticNode(Networks.Easy, 1, (_, _) => Task.FromResult<WorkResult?>(
            Volatile.Read(ref isBroken) ? new FailedResult(FailureKind.Unavailable, "The lock file cannot be opened.") : null));
        await using var silo = await TestSilo.StartAsync(_folder.Root, node, options: Quick);
        await silo.CreateAsync(TestSilo.Entry(Networks.Easy));

        // On a busy machine the node may be silent for a moment first.
        await silo.ReadAsync("j-1", record => record.Event is JobUnschedulable { Reason: var reason }
            && reason.Contains("1 excluded after failing the job's work repeatedly", StringComparison.Ordinal)
            && reason.Contains("The lock file cannot be opened.", StringComparison.Ordinal));
        Volatile.Write(ref isBroken, false);
        var events = (await silo.ReadAsync("j-1")).Select(record => record.Event).ToArray();

        events.ShouldContain(e => e is JobSchedulable);
        events[^1].ShouldBeOfType<JobCompleted>();
        events.ShouldNotContain(e => e is ItemFailed);
    }

    [Fact]
    public async Task Job_WhoseNetworkCannotBeExecuted_EndsWithItsReasonAfterTheSecondTime()
    {
        const string Why = "Conv 'CUDA error' failed in libtorch: expected a batch";
        var node = new SyntheticNode(
            Networks.Easy, 2, (_, _) => Task.FromResult<WorkResult?>(new FailedResult(FailureKind.UnsupportedOperator, Why)));
        await using var silo = await TestSilo.StartAsync(_folder.Root, node, options: Quick);

        await silo.CreateAsync(TestSilo.Entry(Networks.Easy));
        var events = (await silo.ReadAsync("j-1")).Select(record => record.Event).ToArray();

        events[^1].ShouldBeOfType<JobFailed>().Reason.ShouldContain(Why);
        events.OfType<ItemFailed>().ShouldNotBeEmpty();
        events.OfType<ItemFailed>().ShouldAllBe(failed => failed.Attempts == 2);
        var status = await (await silo.NodeAsync()).CordonAsync(isCordoned: false);
        status.Slots.ShouldAllBe(slot => !slot.IsExcluded && slot.Problem == null);
    }

    [Fact]
    public async Task Node_Drained_StopsWhatRunsAndTakesNothingUntilItIsUncordoned()
    {
        var begun = new TaskCompletionSource();
        var runs = 0;
        var node = new SyntheticNode(Networks.Easy, 1, async (_, stop) =>
        {
            if (Interlocked.Increment(ref runs) == 1)
            {
                begun.SetResult();
                await Task.Delay(Timeout.Infinite, stop);
            }

            return null;
        });

        // A busy machine is no silent node.
        var options = Quick with { AnnounceEvery = TimeSpan.FromMinutes(1) };
        await using var silo = await TestSilo.StartAsync(_folder.Root, node, options: options);
        await silo.CreateAsync(TestSilo.Entry(Networks.Easy));
        await begun.Task.WaitAsync(TestContext.Current.CancellationToken);
        var nodes = silo.Grains.GetGrain<INodesGrain>(0);

        (await nodes.DrainAsync("node-1", TimeSpan.FromMilliseconds(50))).ShouldNotBeNull().IsCordoned.ShouldBeTrue();
        await silo.ListedAsync("j-1", JobStatus.Unschedulable);
        runs.ShouldBe(1);
        (await nodes.CordonAsync("node-1", isCordoned: false)).ShouldNotBeNull().IsCordoned.ShouldBeFalse();
        var events = (await silo.ReadAsync("j-1")).Select(record => record.Event).ToArray();

        events.OfType<JobUnschedulable>().First().Reason.ShouldBe("Of 1 node, 1 cordoned.");
        events.OfType<AttemptFailed>().ShouldAllBe(failed => failed.Failure.Kind == FailureKind.Unavailable);
        events[^1].ShouldBeOfType<JobCompleted>();
    }

    [Fact]
    public async Task Silo_StoppedWhileWorkRuns_GivesItToTheNextOneAsNobodysLoss()
    {
        var begun = new TaskCompletionSource();
        var node = new SyntheticNode(Networks.Easy, 1, async (_, stop) =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, stop);
            return null;
        });

        // A busy machine is no silent node.
        var options = Quick with
        {
            AnnounceEvery = TimeSpan.FromMinutes(1),
            DrainLimit = TimeSpan.FromMilliseconds(50),
            CollectLimit = TimeSpan.FromSeconds(5),
        };
        await using (var silo = await TestSilo.StartAsync(_folder.Root, node, options: options))
        {
            await silo.CreateAsync(TestSilo.Entry(Networks.Easy));
            await begun.Task.WaitAsync(TestContext.Current.CancellationToken);
        }

        await using var next = await TestSilo.StartAsync(_folder.Root, new SyntheticNode(Networks.Easy, 1), options: options);
        var events = (await next.ReadAsync("j-1")).Select(record => record.Event).ToArray();

        events[^1].ShouldBeOfType<JobCompleted>();
        var ended = events.OfType<AttemptFailed>().Select(failed => failed.Failure).ToArray();

        // The coordinator stops with its only node: where it is gone before it is told, the next one finds work that nobody knows. Where
        // the machine is so busy that the directory did not hear of the drain, the node is asked once more.
        ended.ShouldNotBeEmpty();
        ended.ShouldAllBe(failure => failure.Kind == FailureKind.Unavailable);
        ended.Count(failure => failure.Reason is "It was stopped." or "Node node-1 does not know it.").ShouldBe(1);
    }
}
