namespace Cluster.Storage.Tests.Postgres;

public sealed class PostgresJobStoreTests(PostgresFixture postgres) : JobStoreConformance, IAsyncDisposable
{
    private readonly List<PostgresJobStore> _stores = [];
    private string? _database;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task TwoStores_OneDatabase_SeeEachOther()
    {
        var first = await OpenAsync();
        var second = await OpenAsync();
        await first.AddAsync(Entry("one", request: "r"), Token);

        (await second.AddAsync(Entry("two", request: "r"), Token)).Id.ShouldBe("one");
        await second.SetStatusAsync("one", JobStatus.Running, Token);
        (await first.ListAsync(new JobQuery(5, [JobStatus.Running]), Token)).ShouldHaveSingleItem().Id.ShouldBe("one");
        await using var owner = await first.OpenJournalAsync("one", Token);
        await owner.AppendAsync(SampleEvents.All[0], Token);
        await using var later = await second.OpenJournalAsync("one", Token);
        later.Records.Count.ShouldBe(1);
        await Should.ThrowAsync<JournalOwnershipException>(() => owner.AppendAsync(SampleEvents.All[1], Token));
    }

    [Fact]
    public async Task Add_FiftyTimesAtOnceThroughFourStores_IsOneJob()
    {
        var stores = new IJobStore[] { await OpenAsync(), await OpenAsync(), await OpenAsync(), await OpenAsync() };

        var added = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => stores[i % 4].AddAsync(Entry($"job-{i}", request: "r"), Token)));

        added.Select(entry => entry.Id).Distinct().ShouldHaveSingleItem();
        (await stores[0].ListAsync(new JobQuery(100, []), Token)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Lock_AskedForByFourStoresAllTheTime_IsHeldByOneAtATime()
    {
        var stores = new IJobStore[] { await OpenAsync(), await OpenAsync(), await OpenAsync(), await OpenAsync() };
        int holders = 0;
        int most = 0;

        await Task.WhenAll(stores.Select(async store =>
        {
            for (var turn = 0; turn < 15; turn++)
            {
                await using var held = await store.LockAsync("counting", Token);
                held.ShouldNotBeNull();
                most = Math.Max(most, Interlocked.Increment(ref holders));
                await store.ListAsync(new JobQuery(1, []), Token);
                Interlocked.Decrement(ref holders);
            }
        }));

        (most, holders).ShouldBe((1, 0));
        await using var other = await stores[0].LockAsync("one", Token);
        await using var another = await stores[1].LockAsync("another", Token);
    }

    [Fact]
    public async Task Lock_WhoseServerHasClosedTheConnection_IsFreeAndDisposedOf()
    {
        var settings = new Npgsql.NpgsqlConnectionStringBuilder(await postgres.CreateSchemaAsync(Token)) { ApplicationName = "holder" };
        await using var holder = await PostgresJobStore.OpenAsync(settings.ConnectionString, time: null, Token);
        var held = (await holder.LockAsync("lost", Token)).ShouldNotBeNull();
        await using var server = Npgsql.NpgsqlDataSource.Create(_database = await postgres.CreateSchemaAsync(Token));
        await using var end = server.CreateCommand(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'holder'");
        await end.ExecuteScalarAsync(Token);

        await using (await (await OpenAsync()).LockAsync("lost", Token))
        {
            await held.DisposeAsync();
        }
    }

    [Fact]
    public async Task Append_RepeatedTakeovers_LeaveOneUnbrokenJournal()
    {
        var store = await OpenAsync();
        await store.AddAsync(Entry("one"), Token);
        var acknowledged = new System.Collections.Concurrent.ConcurrentBag<string>();

        await Task.WhenAll(Enumerable.Range(0, 6).Select(async owner =>
        {
            for (var turn = 0; turn < 15; turn++)
            {
                await using var journal = await store.OpenJournalAsync("one", Token);
                try
                {
                    for (var i = 0; i < 5; i++)
                    {
                        var name = $"{owner} {turn} {i}";
                        await journal.AppendAsync(
                            [new Coordinator.Journal.JobFailed(name + " a"), new Coordinator.Journal.JobFailed(name + " b")], Token);
                        acknowledged.Add(name + " a");
                        acknowledged.Add(name + " b");
                    }
                }
                catch (JournalOwnershipException)
                {
                    // Another one is at work; this one tries again as a new owner.
                }
            }
        }));

        var records = await store.ReadJournalAsync("one", Token);
        var names = records.Select(record => ((Coordinator.Journal.JobFailed)record.Event).Reason).ToList();
        names.Order().ShouldBe(acknowledged.Order());
        names.Chunk(2).Count(pair => pair[1] == pair[0][..^1] + "b").ShouldBe(names.Count / 2);
        records.Select(record => record.Owner).ShouldBe(records.Select(record => record.Owner).Order());
    }

    [Fact]
    public async Task Open_DatabaseWithoutServer_SaysWhereWithoutThePassword()
    {
        var error = await Should.ThrowAsync<JobException>(
            () => PostgresJobStore.OpenAsync("Host=127.0.0.1;Port=1;Database=d;Username=u;Password=very-secret", time: null, Token));

        error.Message.ShouldStartWith("PostgreSQL at 127.0.0.1:1, database d could not prepare its tables (");
        error.ToString().ShouldNotContain("very-secret");
    }

    [Theory]
    [InlineData("Host=h;Pasword=very-secret")]
    [InlineData("very-secret")]
    [InlineData("Host=h;Port=very-secret")]
    [InlineData("Password=very-secret")]
    public async Task Open_TextThatIsNoConnectionString_IsRefusedWithoutQuotingIt(string text)
    {
        var error = await Should.ThrowAsync<JobException>(() => PostgresJobStore.OpenAsync(text, time: null, Token));

        error.Message.ShouldContain("connection string");
        error.ToString().ShouldNotContain("very-secret");
    }

    [Fact]
    public async Task Open_WrongPassword_IsRefusedWithoutQuotingIt()
    {
        var database = await postgres.CreateSchemaAsync(Token);
        var settings = new Npgsql.NpgsqlConnectionStringBuilder(database) { Password = "very-secret" };

        var error = await Should.ThrowAsync<JobException>(() => PostgresJobStore.OpenAsync(settings.ConnectionString, time: null, Token));

        error.Message.ShouldContain("password authentication failed");
        error.ToString().ShouldNotContain("very-secret");
    }

    protected override async Task<IJobStore> OpenAsync()
    {
        _database ??= await postgres.CreateSchemaAsync(Token);
        var store = await PostgresJobStore.OpenAsync(_database, time: null, Token);
        _stores.Add(store);
        return store;
    }

    protected override async Task<IJobStore> ReopenAsync(IJobStore store)
    {
        await ((PostgresJobStore)store).DisposeAsync();
        return await OpenAsync();
    }
}
