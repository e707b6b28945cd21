namespace Cluster.Storage.Tests.Postgres;

/// <summary>What goes to a PostgreSQL that speaks TLS, with the connection strings of the guide.</summary>
public sealed class PostgresTlsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Store_OverTls_ChecksWhoTheServerIs()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.NotInstalled);
        using var folder = new WorkFolder();
        using var authority = new TestAuthority("databases");
        using var other = new TestAuthority("others");
        await using var server = await PostgresServer.StartAsync(Token);
        string database = await server.CreateDatabaseAsync(Token);
        (await IsEncryptedAsync($"{database};SSL Mode=Prefer")).ShouldBeFalse("it has no certificate yet");
        var refused = await Should.ThrowAsync<JobException>(() => OpenAsync($"{database};SSL Mode=Require"));
        refused.Message.ShouldContain("could not prepare its tables");

        await GiveCertificateAsync(database, authority.Issue("postgres"));

        string trusting = $"{database};SSL Mode=VerifyFull;Root Certificate={authority.Write(folder)}";
        (await IsEncryptedAsync(trusting)).ShouldBeTrue();
        await using (var store = await OpenAsync(trusting))
        {
            await store.CheckWritableAsync(Token);
        }

        // Another authority's server is not this cluster's.
        var mistaken = await Should.ThrowAsync<JobException>(
            () => OpenAsync($"{database};SSL Mode=VerifyFull;Root Certificate={other.Write(folder)}"));
        mistaken.Message.ShouldContain("certificate");
        mistaken.Message.ShouldNotContain("Password");
    }

    private static Task<PostgresJobStore> OpenAsync(string connection) => PostgresJobStore.OpenAsync(connection, new InstantTime(), Token);

    // The server's own user writes the files: it reads no key that others may read, and a test may be root.
    private static async Task GiveCertificateAsync(string connection, (string Certificate, string Key) identity)
    {
        await using var source = NpgsqlDataSource.Create($"{connection};SSL Mode=Disable;Pooling=false");
        foreach (var (file, text) in new[] { ("server.crt", identity.Certificate), ("server.key", identity.Key) })
        {
            await using var write = source.CreateCommand(
                $"COPY (SELECT unnest(string_to_array('{text}', E'\\n'))) TO PROGRAM 'umask 077 && cat >{file}'");
            await write.ExecuteNonQueryAsync(Token);
        }

        await using (var settings = source.CreateCommand("ALTER SYSTEM SET ssl = on"))
        {
            await settings.ExecuteNonQueryAsync(Token);
        }

        await using (var reload = source.CreateCommand("SELECT pg_reload_conf()"))
        {
            await reload.ExecuteNonQueryAsync(Token);
        }

        // Each connection is a new process of the server, by the settings that it has read by then.
        bool isOn;
        do
        {
            await using var show = source.CreateCommand("SHOW ssl");
            isOn = (string)(await show.ExecuteScalarAsync(Token))! == "on";
        }
        while (!isOn);
    }

    private static async Task<bool> IsEncryptedAsync(string connection)
    {
        await using var source = NpgsqlDataSource.Create($"{connection};Pooling=false");
        await using var ask = source.CreateCommand("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
        return (bool)(await ask.ExecuteScalarAsync(Token))!;
    }
}
