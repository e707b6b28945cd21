using NpgsqlTypes;

namespace Cluster.Storage.Postgres;

/// <summary>Jobs in a PostgreSQL database that any number of silos share.</summary>
public sealed class PostgresJobStore : IJobStore, IAsyncDisposable
{
    private const string AddSql = """
        WITH added AS (
            INSERT INTO cluster_jobs (id, request_id, created_at, status, entry) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING id)
        INSERT INTO cluster_journal_heads (job_id) SELECT id FROM added
        """;

    // The run before it is locked, so that none of its ends comes in between.
    private const string AddNextSql = """
        WITH run AS (SELECT 1 FROM cluster_jobs WHERE id = $6 AND NOT status = ANY ($7) FOR UPDATE),
        added AS (
            INSERT INTO cluster_jobs (id, request_id, created_at, status, entry) SELECT $1, $2, $3, $4, $5 FROM run
            ON CONFLICT DO NOTHING RETURNING id)
        INSERT INTO cluster_journal_heads (job_id) SELECT id FROM added
        """;

    // Requires the right to write, and a server that accepts writes; changes nothing.
    private const string ProbeSql = "UPDATE cluster_jobs SET status = status WHERE false";

    private readonly PostgresDatabase _database;
    private readonly TimeProvider _time;

    private PostgresJobStore(PostgresDatabase database, TimeProvider time)
    {
        _database = database;
        _time = time;
        Membership = new PostgresMembership(database);
    }

    /// <summary>The silos that have joined a cluster in this database.</summary>
    public PostgresMembership Membership { get; }

    /// <summary>The database that a connection string names, without its password; does not connect.</summary>
    /// <exception cref="JobException">The text is not a connection string.</exception>
    public static string Describe(string connectionString) => PostgresDatabase.Describe(connectionString);

    /// <summary>Connects, and creates the tables or migrates them to this program's version.</summary>
    /// <param name="connectionString">In Npgsql's form: "Host=…;Port=…;Database=…;Username=…;Password=…".</param>
    /// <param name="time">The clock of journals; the system's if null.</param>
    /// <exception cref="JobException">The database cannot be reached, refuses this user, or has a later version's
    /// tables.</exception>
    public static async Task<PostgresJobStore> OpenAsync(string connectionString, TimeProvider? time, CancellationToken cancellationToken)
    {
        time ??= TimeProvider.System;
#pragma warning disable CA2000 // The returned store owns it.
        var database = PostgresDatabase.Create(connectionString, time);
#pragma warning restore CA2000
        try
        {
            await PostgresSchema.PrepareAsync(database, cancellationToken);
            return new PostgresJobStore(database, time);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task CheckWritableAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var probe = _database.Command(ProbeSql);
            await probe.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception e) when (PostgresDatabase.IsFailure(e))
        {
            throw _database.Failure("store jobs", e);
        }
    }

    /// <inheritdoc/>
    public async Task<IAsyncDisposable?> LockAsync(string name, CancellationToken cancellationToken) => await _database.RepeatableAsync(
        $"lock {name}", () => PostgresLock.TakeAsync(_database, name, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<JobEntry> AddAsync(JobEntry entry, CancellationToken cancellationToken)
    {
        entry = entry.Checked();
        return _database.RepeatableAsync(
            $"store job {entry.Id}",
            async connection =>
            {
                while (true)
                {
                    await using var add = Adding(AddSql, entry, connection);
                    if (await add.ExecuteNonQueryAsync(cancellationToken) == 1)
                    {
                        return entry;
                    }

                    // The first writer has committed by now. If its job was removed between the two statements, this one is stored.
                    if (entry.RequestId is { } request && await OneAsync(connection, "request_id", request, cancellationToken) is { } known)
                    {
                        return known;
                    }

                    if (await OneAsync(connection, "id", entry.Id, cancellationToken) is { } namesake)
                    {
                        // An earlier attempt stored an equal job, but its answer was lost.
                        return entry.IsSameAs(namesake) ? namesake : throw JobIds.Taken(entry.Id);
                    }
                }
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task AddNextAsync(JobEntry next, CancellationToken cancellationToken)
    {
        next = next.Checked();
        return _database.RepeatableAsync(
            $"store job {next.Id}",
            async connection =>
            {
                await using var add = Adding(AddNextSql, next, connection);
                add.Parameters.AddWithValue(next.Schedule!.After!);
                add.Parameters.AddWithValue(JobLifecycle.Ended.Select(Text).ToArray());
                return await add.ExecuteNonQueryAsync(cancellationToken);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<JobEntry?> FindAsync(string id, CancellationToken cancellationToken) =>
        !JobIds.IsValid(id)
            ? Task.FromResult<JobEntry?>(null)
            : _database.RepeatableAsync(
                $"look for job {id}", connection => OneAsync(connection, "id", id, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<JobEntry?> FindRequestAsync(string requestId, CancellationToken cancellationToken) => _database.RepeatableAsync(
        "look for a request", connection => OneAsync(connection, "request_id", requestId, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobEntry>> ListAsync(JobQuery query, CancellationToken cancellationToken) =>
        ListAsync<JobEntry>("entry, status", query, EntriesAsync, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobKey>> ListKeysAsync(JobQuery query, CancellationToken cancellationToken) =>
        ListAsync<JobKey>("id, created_at", query, KeysAsync, cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> SetPreparedAsync(JobEntry entry, CancellationToken cancellationToken) =>
        JobIds.IsValid(entry.Id) && await ChangeAsync(
            $"store the prepared job {entry.Id}",
            "UPDATE cluster_jobs SET entry = $2::json, status = $3 WHERE id = $1 AND status IN ($4, $5)",
            [entry.Id, CanonicalJson.Serialize(entry), Text(entry.Status), Text(JobStatus.Preparing), Text(JobStatus.Scheduled)],
            cancellationToken) == 1;

    /// <inheritdoc/>
    public Task SetStatusAsync(string id, JobStatus status, CancellationToken cancellationToken) =>
        !JobIds.IsValid(id)
            ? Task.CompletedTask
            : ChangeAsync(
                $"change the status of job {id}",
                "UPDATE cluster_jobs SET status = $2 WHERE id = $1 AND status <> $2",
                [id, Text(status)],
                cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) =>
        JobIds.IsValid(id) && await ChangeAsync($"delete job {id}", "DELETE FROM cluster_jobs WHERE id = $1", [id], cancellationToken) == 1;

    /// <inheritdoc/>
    public async Task<IJournal> OpenJournalAsync(string id, CancellationToken cancellationToken) =>
        JobIds.IsValid(id) ? await PostgresJournal.OpenAsync(_database, id, _time, cancellationToken) : throw JobIds.Unknown(id);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JournalRecord>> ReadJournalAsync(string id, CancellationToken cancellationToken) =>
        JobIds.IsValid(id) ? (await PostgresJournal.ReadAsync(_database, id, cancellationToken)).Records : throw JobIds.Unknown(id);

    /// <summary>Closes the connections; journals of this store can no longer be written.</summary>
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static string Text(JobStatus status) => JsonSerializer.SerializeToElement(status, PlanJson.Options).GetString()!;

    private static NpgsqlCommand Adding(string sql, JobEntry entry, NpgsqlConnection connection)
    {
#pragma warning disable CA2100 // Constants of this file.
        var add = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        add.Parameters.AddWithValue(entry.Id);
        add.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = entry.RequestId });
        add.Parameters.AddWithValue(entry.CreatedAt);
        add.Parameters.AddWithValue(Text(entry.Status));
        add.Parameters.Add(new NpgsqlParameter<string> { TypedValue = CanonicalJson.Serialize(entry), NpgsqlDbType = NpgsqlDbType.Json });
        return add;
    }

    private static async Task<JobEntry?> OneAsync(
        NpgsqlConnection connection, string column, string value, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // The column is a constant of this file.
        await using var find = new NpgsqlCommand($"SELECT entry, status FROM cluster_jobs WHERE {column} = $1", connection);
#pragma warning restore CA2100
        find.Parameters.AddWithValue(value);
        return (await EntriesAsync(find, cancellationToken)).FirstOrDefault();
    }

    private Task<IReadOnlyList<T>> ListAsync<T>(
        string columns, JobQuery query, Func<NpgsqlCommand, CancellationToken, Task<List<T>>> read, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        return _database.RepeatableAsync<IReadOnlyList<T>>(
            "list jobs",
            async connection =>
            {
                var after = query is { AfterCreatedAt: not null, AfterId: not null };
#pragma warning disable CA2100 // Built from constants.
                await using var list = new NpgsqlCommand(
                    $"SELECT {columns} FROM cluster_jobs WHERE (cardinality($1) = 0 OR status = ANY ($1)) "
                    + $"AND ($3::text IS NULL OR coalesce(entry ->> 'tenant', '{TenantName.Default}') = $3) "
                    + $"{(after ? "AND (created_at, id) < ($4, $5)" : "")} ORDER BY created_at DESC, id DESC LIMIT $2",
                    connection);
#pragma warning restore CA2100
                list.Parameters.AddWithValue(query.Statuses.Select(Text).ToArray());
                list.Parameters.AddWithValue(query.Limit);
                list.Parameters.AddWithValue(NpgsqlDbType.Text, (object?)query.Tenant ?? DBNull.Value);
                if (after)
                {
                    list.Parameters.AddWithValue(query.AfterCreatedAt!.Value.ToUniversalTime());
                    list.Parameters.AddWithValue(query.AfterId!);
                }

                return await read(list, cancellationToken);
            },
            cancellationToken);
    }

    private static async Task<List<JobKey>> KeysAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var keys = new List<JobKey>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            keys.Add(new JobKey(reader.GetString(0), await reader.GetFieldValueAsync<DateTimeOffset>(1, cancellationToken)));
        }

        return keys;
    }

    private static async Task<List<JobEntry>> EntriesAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var entries = new List<JobEntry>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var status = JsonSerializer.Deserialize<JobStatus>($"\"{reader.GetString(1)}\"", PlanJson.Options);
            entries.Add(JsonSerializer.Deserialize<JobEntry>(reader.GetString(0), PlanJson.Options)! with { Status = status });
        }

        return entries;
    }

    private Task<int> ChangeAsync(
        string purpose, string sql, string[] values, CancellationToken cancellationToken) =>
        _database.RepeatableAsync(
            purpose,
            async connection =>
            {
#pragma warning disable CA2100 // Constants of this file.
                await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
                foreach (var value in values)
                {
                    command.Parameters.AddWithValue(value);
                }

                return await command.ExecuteNonQueryAsync(cancellationToken);
            },
            cancellationToken);
}
