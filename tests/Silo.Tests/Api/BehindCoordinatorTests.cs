using Cluster.Coordinator.Model;
using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Tests.Api;

/// <summary>
/// A silo that hung and goes on still asks its own coordinator of a job, which does not know yet that it has a successor: a watch that came
/// over to it is ahead of all that it knows.
/// </summary>
public sealed class BehindCoordinatorTests
{
    private const string Job = "j-0123456789abcdef";

    // What the old coordinator knows, and what its successor has recorded since then.
    private const int Known = 3;
    private const int Recorded = 5;

    private static readonly JobEntry Entry = Begun.Entry(Job);

    [Fact]
    public async Task Watch_FromBehindWhatThisSiloKnows_IsToldToGoOnElsewhere()
    {
        var refusal = await Should.ThrowAsync<RpcException>(() => WatchAsync(after: Recorded));

        refusal.StatusCode.ShouldBe(StatusCode.Unavailable, "clients try again, at another server");
    }

    [Fact]
    public async Task Watch_FromBehindWhatAnybodyRecorded_IsOutOfRange()
    {
        var refusal = await Should.ThrowAsync<RpcException>(() => WatchAsync(after: Recorded + 1));

        refusal.StatusCode.ShouldBe(StatusCode.OutOfRange);
        refusal.Status.Detail.ShouldContain($"{Recorded + 1} where the job has {Known} events");
    }

    private static async Task WatchAsync(long after)
    {
        IReadOnlyList<JournalRecord> records =
            new MemoryJournal([.. Begun.Round(1), new PauseRequested(), new JobPaused(), new JobResumed()]).Records;
        records.Count.ShouldBe(Recorded);
        var grains = Played.Of<IGrainFactory>(_ => Played.Of<IJobGrain>(
            call => call == nameof(IJobGrain.ReadAsync)
                ? Task.FromResult<RecordPage?>(
                    new RecordPage(Carried.Of<IReadOnlyList<JournalRecord>>([.. records.Take(Known)]), Known, JobStatus.Running))
                : throw new NotSupportedException(call)));
        var store = Played.Of<IJobStore>(call => call switch
        {
            nameof(IJobStore.FindAsync) => (object)Task.FromResult<JobEntry?>(Entry),
            nameof(IJobStore.ReadJournalAsync) => Task.FromResult(records),
            _ => throw new NotSupportedException(call),
        });
        var options = new ApiOptions { PageTokenKey = new byte[32] };
        var feeds = new JobFeeds(grains, store, options, TimeProvider.System);
        var reader = new JobReader(grains, feeds, options, TimeProvider.System);
        var server = new ServerState(Played.Of<IHostApplicationLifetime>(_ => CancellationToken.None));
        using var quotas = new TenantQuotas(
            options, store, reader, Played.Of<IArtefactStore>(Never), Played.Of<IArtefactClaims>(Never));
        var watcher = new JobWatcher(feeds, reader, server, quotas, options, TimeProvider.System);

        await watcher.WatchAsync(
            new V1.WatchJobRequest { Name = $"jobs/{Job}", AfterSequence = after },
            TenantName.Of(Entry),
            "a caller",
            Played.Of<IServerStreamWriter<V1.JobEvent>>(Never),
            TestContext.Current.CancellationToken);
    }

    private static object Never(string call) => throw new NotSupportedException(call);
}
