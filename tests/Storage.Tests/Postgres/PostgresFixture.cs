namespace Cluster.Storage.Tests.Postgres;

/// <summary>
/// One server for all tests of an assembly, started by the first that asks for it: [assembly:
/// AssemblyFixture(typeof(PostgresFixture))].
/// </summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1, 1);
    private PostgresServer? _server;

    /// <returns>The connection string of a new, empty database; skips the test where PostgreSQL is not installed.</returns>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken) =>
        await (await ServerAsync(cancellationToken)).CreateDatabaseAsync(cancellationToken);

    /// <returns>The connection string of a new, empty schema; skips the test where PostgreSQL is not installed.</returns>
    public async Task<string> CreateSchemaAsync(CancellationToken cancellationToken) =>
        await (await ServerAsync(cancellationToken)).CreateSchemaAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _starting.Dispose();
    }

    private async Task<PostgresServer> ServerAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.NotInstalled);
            return _server ??= await PostgresServer.StartAsync(cancellationToken);
        }
        finally
        {
            _starting.Release();
        }
    }
}
