namespace Cluster.Storage.Tests.Postgres;

public sealed class PostgresJournalTests(PostgresFixture postgres) : JournalConformance, IAsyncDisposable
{
    private PostgresJobStore? _store;
    private string? _database;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }
    }

    [Fact]
    public async Task Rows_OfAJob_AreTheLinesOfItsFile()
    {
        using var folder = new WorkFolder();
        var time = new ManualTime(DateTimeOffset.UnixEpoch.AddDays(20_000).AddTicks(12_345_678));
        _database = await postgres.CreateSchemaAsync(Token);
        _store = await PostgresJobStore.OpenAsync(_database, time, Token);
        await _store.AddAsync(Begun.Entry("job"), Token);
        await using (var journal = await _store.OpenJournalAsync("job", Token))
        await using (var file = FileJournal.Open(folder["journal.jsonl"], time))
        {
            await journal.AppendAsync(SampleEvents.EveryKind, Token);
            await file.AppendAsync(SampleEvents.EveryKind, Token);
        }

        await using var source = NpgsqlDataSource.Create(_database);
        await using var read = source.CreateCommand("SELECT string_agg(event || sum, E'\\n' ORDER BY number) FROM cluster_journal");
        var rows = ((string)(await read.ExecuteScalarAsync(Token))!).Split('\n');

        var lines = (await File.ReadAllLinesAsync(folder["journal.jsonl"], Token))
            .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement)
            .ToArray();
        rows.ShouldBe(lines.Select(line => CanonicalJson.Serialize(line.GetProperty("event")) + line.GetProperty("sum").GetString()));
    }

    [Fact]
    public async Task Open_AnyRowEditedOrLost_IsRefusedNamingTheEvent()
    {
        await using (var journal = await OpenAsync())
        {
            await journal.AppendAsync(SampleEvents.EveryKind, Token);
        }

        var count = SampleEvents.EveryKind.Count;
        string[] edits =
        [
            "UPDATE cluster_journal SET event = overlay(event PLACING chr(ascii(substr(event, 12, 1)) # 1) FROM 12 FOR "
            + "1) WHERE number = @n",
            "UPDATE cluster_journal SET event = event || ' ' WHERE number = @n",
            "UPDATE cluster_journal SET owner = owner + 1 WHERE number = @n",
            "UPDATE cluster_journal SET at = at + interval '1 ms' WHERE number = @n",
            "UPDATE cluster_journal SET sum = overlay(sum PLACING CASE substr(sum, 3, 1) WHEN 'a' THEN 'b' ELSE 'a' END FROM 3 "
            + "FOR 1) WHERE number = @n",
            "DELETE FROM cluster_journal WHERE number = @n",
            "DELETE FROM cluster_journal WHERE number >= @n",
            "UPDATE cluster_journal SET number = number + 1000 WHERE number = @n",
        ];
        await using var source = NpgsqlDataSource.Create(_database!);
        foreach (var number in new[] { 0, 1, count / 2, count - 1 })
        {
            foreach (var edit in edits)
            {
                await using var connection = await source.OpenConnectionAsync(Token);
                await ExecuteAsync(connection, "CREATE TEMPORARY TABLE kept AS SELECT * FROM cluster_journal", number);
                await ExecuteAsync(connection, edit, number);

                var error = await Should.ThrowAsync<JobException>(() => _store!.ReadJournalAsync("job", Token), $"{edit} at {number}");

                error.Message.ShouldContain($"is damaged at event {number + 1} (");
                await ExecuteAsync(connection, "DELETE FROM cluster_journal", number);
                await ExecuteAsync(connection, "INSERT INTO cluster_journal SELECT * FROM kept", number);
                await ExecuteAsync(connection, "DROP TABLE kept", number);
            }
        }

        (await _store!.ReadJournalAsync("job", Token)).Count.ShouldBe(count);
        await using (var last = source.CreateCommand("UPDATE cluster_journal_heads SET length = length - 1"))
        {
            await last.ExecuteNonQueryAsync(Token);
        }

        (await Should.ThrowAsync<JobException>(OpenAsync)).Message.ShouldContain($"{count - 1} events were written and {count} are there");
    }

    [Fact]
    public async Task Append_ConnectionsCut_BreaksTheJournalUntilItIsOpenedAgain()
    {
        await using var journal = await OpenAsync();
        await journal.AppendAsync(SampleEvents.All[0], Token);
        await using (var other = NpgsqlDataSource.Create(_database!))
        await using (var cut = other.CreateCommand(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = "
            + "current_setting('application_name') AND pid <> pg_backend_pid()"))
        {
            ((long)(await cut.ExecuteScalarAsync(Token))!).ShouldBeGreaterThan(0);
        }

        var error = await Should.ThrowAsync<JobException>(() => journal.AppendAsync(SampleEvents.All[1], Token));
        error.ShouldNotBeOfType<JournalOwnershipException>();
        error.Message.ShouldContain("unknown");
        await Should.ThrowAsync<JobException>(() => journal.AppendAsync(SampleEvents.All[1], Token));

        // A connection that broke while nothing was under way costs nothing but a new one.
        await using var reopened = await OpenAsync();
        var known = reopened.Records.Count;
        known.ShouldBeInRange(1, 2);
        (await reopened.AppendAsync(SampleEvents.All[^1], Token)).Number.ShouldBe(known);
    }

    [Fact]
    public async Task Append_ServerRefuses_NothingIsKept()
    {
        await using var journal = await OpenAsync();
        await journal.AppendAsync(SampleEvents.All[0], Token);
        await using var source = NpgsqlDataSource.Create(_database!);
        await using (var full = source.CreateCommand("ALTER TABLE cluster_journal ADD CONSTRAINT full_disk CHECK (number < 3)"))
        {
            await full.ExecuteNonQueryAsync(Token);
        }

        (await Should.ThrowAsync<JobException>(() => journal.AppendAsync(SampleEvents.All, Token))).Message.ShouldContain("full_disk");

        (await _store!.ReadJournalAsync("job", Token)).Count.ShouldBe(1);
    }

    protected override async Task<IJournal> OpenAsync()
    {
        if (_store is null)
        {
            _database = await postgres.CreateSchemaAsync(Token);
            _store = await PostgresJobStore.OpenAsync(_database, time: null, Token);
            await _store.AddAsync(Begun.Entry("job"), Token);
        }

        return await _store.OpenJournalAsync("job", Token);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, int number)
    {
#pragma warning disable CA2100 // Constants of this file.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        if (sql.Contains("@n", StringComparison.Ordinal))
        {
            command.Parameters.AddWithValue("n", (long)number);
        }

        await command.ExecuteNonQueryAsync(Token);
    }
}
