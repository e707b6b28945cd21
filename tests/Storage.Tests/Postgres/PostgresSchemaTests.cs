namespace Cluster.Storage.Tests.Postgres;

public sealed class PostgresSchemaTests(PostgresFixture postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_SeveralSilosAtOnce_EachScriptIsAppliedOnce()
    {
        var database = await postgres.CreateSchemaAsync(Token);

        var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostgresJobStore.OpenAsync(database, time: null, Token)));

        (await ScalarAsync(database, "SELECT string_agg(version || ' ' || script, ',' ORDER BY version) FROM cluster_schema_version"))
            .ShouldBe("1 0001-jobs-and-journals.sql,2 0002-orleans.sql");
        PostgresSchema.Current.ShouldBe(2);
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task Open_TableThatWasDropped_IsNamed()
    {
        var database = await postgres.CreateSchemaAsync(Token);
        await MakeTablesAsync(database);
        await ScalarAsync(database, "DROP TABLE OrleansQuery");

        (await RefusalAsync(database)).ShouldContain(
            "lacks orleansquery where all tables of version 2 are expected: restore them from a backup");
    }

    [Fact]
    public async Task Open_TablesOfALaterVersionThatThisOneReads_WorksOnThem()
    {
        var database = await postgres.CreateSchemaAsync(Token);
        await MakeTablesAsync(database);
        await ScalarAsync(database, "ALTER TABLE cluster_jobs ADD COLUMN later text");
        await ScalarAsync(database, "ALTER TABLE cluster_journal_heads ADD COLUMN later text");
        await ScalarAsync(database, "INSERT INTO cluster_schema_version (version, script, readable_by) VALUES (3, 'x', 2), (4, 'y', 2)");

        await using var store = await PostgresJobStore.OpenAsync(database, time: null, Token);
        await store.AddAsync(Begun.Entry("job"), Token);
        await using (var journal = await store.OpenJournalAsync("job", Token))
        {
            await journal.AppendAsync([new JobFailed("no")], Token);
        }

        (await store.ReadJournalAsync("job", Token)).ShouldHaveSingleItem();
        (await ScalarAsync(database, "SELECT max(version) FROM cluster_schema_version")).ShouldBe(4, "they are left as they are");
    }

    [Theory]
    [InlineData("(99, 'x', 99)", 99)]
    [InlineData("(3, 'x', 2), (4, 'y', 3)", 4)]
    public async Task Open_TablesOfALaterVersionThatThisOneCannotRead_IsRefused(string later, int version)
    {
        var database = await postgres.CreateSchemaAsync(Token);
        await MakeTablesAsync(database);
        await ScalarAsync(database, $"INSERT INTO cluster_schema_version (version, script, readable_by) VALUES {later}");

        (await RefusalAsync(database)).ShouldContain(
            $"has tables of version {version} where this version of cluster knows those up to 2:");
    }

    [Fact]
    public async Task Open_CommitsThatAreNotWaitedFor_IsRefused()
    {
        var database = await postgres.CreateDatabaseAsync(Token);
        var settings = new NpgsqlConnectionStringBuilder(database);
        await ScalarAsync(database, $"ALTER DATABASE {settings.Database} SET synchronous_commit = off");

        (await RefusalAsync(database + ";Application Name=other"))
            .ShouldContain("has synchronous_commit off where on is expected");
    }

    [Fact]
    public async Task CheckWritable_ReadOnlyDatabase_IsRefused()
    {
        var database = await postgres.CreateDatabaseAsync(Token);
        await using (var store = await PostgresJobStore.OpenAsync(database, time: null, Token))
        {
            await store.CheckWritableAsync(Token);
        }

        var settings = new NpgsqlConnectionStringBuilder(database);
        await ScalarAsync(database, $"ALTER DATABASE {settings.Database} SET default_transaction_read_only = on");
        await using var readOnly = await PostgresJobStore.OpenAsync(database + ";Application Name=other", time: null, Token);

        (await Should.ThrowAsync<JobException>(() => readOnly.CheckWritableAsync(Token))).Message.ShouldContain("read-only transaction");
    }

    [Fact]
    public async Task Open_DatabaseOfAnotherEncoding_IsRefused()
    {
        var database = await postgres.CreateDatabaseAsync(Token);
        var settings = new NpgsqlConnectionStringBuilder(database);
        settings.Database += "latin";
        await ScalarAsync(database, $"CREATE DATABASE {settings.Database} ENCODING 'LATIN1' TEMPLATE template0");

        (await RefusalAsync(settings.ConnectionString))
            .ShouldContain("has server_encoding LATIN1 where UTF8 is expected");
    }

    [Fact]
    public async Task Open_UserWhoMayNotCreateTables_UsesThoseThatAreThere()
    {
        var database = await postgres.CreateDatabaseAsync(Token);
        var settings = new NpgsqlConnectionStringBuilder(database);
        var user = settings.Database + "user";
        await ScalarAsync(database, $"CREATE ROLE {user} LOGIN PASSWORD 'p'; REVOKE CREATE ON SCHEMA public FROM PUBLIC");
        settings.Username = user;
        settings.Password = "p";
        (await RefusalAsync(settings.ConnectionString))
            .ShouldEndWith(
                "(42501: permission denied for schema public): grant this to the user of the connection string, or have the "
                + "database's owner do it.");

        await MakeTablesAsync(database);
        await ScalarAsync(database, $"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {user}");

        await using var store = await PostgresJobStore.OpenAsync(settings.ConnectionString, time: null, Token);
        (await store.FindAsync("one", Token)).ShouldBeNull();
    }

    private static async Task MakeTablesAsync(string database) =>
        await (await PostgresJobStore.OpenAsync(database, time: null, Token)).DisposeAsync();

    private static async Task<string> RefusalAsync(string database) =>
        (await Should.ThrowAsync<JobException>(() => PostgresJobStore.OpenAsync(database, time: null, Token))).Message;

    private static async Task<object?> ScalarAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Token);
    }
}
