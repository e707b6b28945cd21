namespace Cluster.Storage.Postgres;

/// <summary>A lock of the database, held by an open transaction: it ends with that, with this process, or if that hangs.</summary>
internal sealed class PostgresLock(NpgsqlConnection connection) : IAsyncDisposable
{
    private const string LimitSql = "SET LOCAL idle_in_transaction_session_timeout = '20s'";
    private const string LockSql = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";

    /// <summary>Waits for the lock of a name on a connection of its own.</summary>
    public static async Task<IAsyncDisposable> TakeAsync(PostgresDatabase database, string name, CancellationToken cancellationToken)
    {
        var held = new PostgresLock(await database.OpenAsync(cancellationToken));
        try
        {
            await held.WaitAsync(name, cancellationToken);
            return held;
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await connection.DisposeAsync();
        }
        catch (Exception gone) when (PostgresDatabase.IsFailure(gone))
        {
            // The server has ended the connection, and the lock with it.
        }
    }

    private async Task WaitAsync(string name, CancellationToken cancellationToken)
    {
        await connection.BeginTransactionAsync(cancellationToken);
        await using var wait = new NpgsqlBatch(connection)
        {
            BatchCommands = { new(LimitSql), new(LockSql) { Parameters = { new() { Value = name } } } },
        };
        await wait.ExecuteNonQueryAsync(cancellationToken);
    }
}
