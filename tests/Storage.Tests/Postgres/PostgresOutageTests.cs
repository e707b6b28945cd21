namespace Cluster.Storage.Tests.Postgres;

[Long]
public sealed class PostgresOutageTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Store_ServerCrashesAndFreezesInBetween_KeepsEverythingAcknowledged()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.NotInstalled);
        await using var server = await PostgresServer.StartAsync(Token);
        var database = await server.CreateDatabaseAsync(Token);
        await using var store = await PostgresJobStore.OpenAsync(
            database + ";Command Timeout=2;Cancellation Timeout=500;Timeout=2", time: null, Token);
        await store.AddAsync(Begun.Entry("job"), Token);

        // 1. Crashes: what was acknowledged is there, and the store itself goes on.
        var acknowledged = 0;
        for (var crash = 0; crash < 3; crash++)
        {
            await using var journal = await store.OpenJournalAsync("job", Token);
            journal.Records.Count.ShouldBeInRange(acknowledged, acknowledged + 1);
            acknowledged = journal.Records.Count;
            for (var i = 0; i < 5; i++)
            {
                await journal.AppendAsync(new JobFailed($"{crash} {i}"), Token);
                acknowledged++;
            }

            var writing = journal.AppendAsync(new JobFailed("perhaps"), Token);
            await server.CrashAsync();
            var kept = await Task.WhenAny(writing) == writing && writing.IsCompletedSuccessfully;
            acknowledged += kept ? 1 : 0;
            await server.StartAgainAsync(Token);
        }

        // 2. A server that does not answer: a clear error after the time limit, and afterwards all is as it was.
        IJournal owner = await store.OpenJournalAsync("job", Token);
        acknowledged = owner.Records.Count;
        await owner.AppendAsync(new JobFailed("before"), Token);
        server.Freeze();
        (await Should.ThrowAsync<JobStoreUnavailableException>(() => store.CheckWritableAsync(Token)))
            .Message.ShouldContain("could not store jobs");
        var error = await Should.ThrowAsync<JobException>(() => owner.AppendAsync(new JobFailed("perhaps"), Token));
        error.Message.ShouldContain("unknown");
        server.Thaw();
        await store.CheckWritableAsync(Token);
        var records = await store.ReadJournalAsync("job", Token);
        records.Count.ShouldBeInRange(acknowledged + 1, acknowledged + 2);
        records[acknowledged].Event.ShouldBe(new JobFailed("before"));

        // 3. Stopped for good: the error names the server.
        await server.StopAsync();
        (await Should.ThrowAsync<JobException>(() => store.FindAsync("job", Token))).Message.ShouldContain(
            $"PostgreSQL at 127.0.0.1:{server.Port}");
    }
}
