namespace Cluster.Storage.Postgres;

/// <summary>
/// Migrates a database's tables to this program's version: numbered scripts, each applied once, in one transaction and by one process at a
/// time. A script whose first line is "-- readable by N" leaves tables that programs of version N can still read and write: it only adds
/// things they do not use. So an upgrade can be undone, and both versions can run at once during it.
/// </summary>
internal static class PostgresSchema
{
    private const string Prefix = "migrations/";

    // An arbitrary number that must never change.
    private const long LockKey = 0x636c757374657231;

    private static readonly IReadOnlyList<Migration> All =
    [
        .. typeof(PostgresSchema).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => new Migration(
                int.Parse(name.AsSpan(Prefix.Length, 4), NumberStyles.None, CultureInfo.InvariantCulture), name[Prefix.Length..]))
            .OrderBy(migration => migration.Number),
    ];

    private const string ReadableBy = "-- readable by ";

    private const string MakesTable = "CREATE TABLE ";

    // The tables that the scripts make, as PostgreSQL writes their names.
    private static readonly string[] Tables =
    [
        .. All.SelectMany(migration => migration.Sql.Split('\n'))
            .Where(line => line.StartsWith(MakesTable, StringComparison.Ordinal))
            .Select(line => line[MakesTable.Length..line.IndexOf('(', StringComparison.Ordinal)].Trim().ToLowerInvariant()),
    ];

    /// <summary>The version that this program reads and writes.</summary>
    public static int Current => All[^1].Number;

    /// <exception cref="JobException">The tables belong to a later version or are incomplete, or the database is not durable.</exception>
    public static Task PrepareAsync(PostgresDatabase database, CancellationToken cancellationToken) => database.RepeatableAsync(
        "prepare its tables",
        async connection =>
        {
            await RequireSettingAsync(
                connection,
                database,
                "server_encoding",
                value => value == "UTF8",
                "UTF8",
                "create the database with ENCODING 'UTF8'",
                cancellationToken);
            await RequireSettingAsync(
                connection,
                database,
                "synchronous_commit",
                value => value != "off",
                "on",
                "an event counts as kept once it is acknowledged, so set it to on for this user or database",
                cancellationToken);

            // A role that may not create tables can still use existing ones of the right version.
            var version = await VersionAsync(connection, cancellationToken);
            if (version > Current)
            {
                await RequireReadableAsync(connection, database, version, cancellationToken);
            }
            else if (version < Current)
            {
                await MigrateAsync(connection, database, cancellationToken);
            }

            await RequireTablesAsync(connection, database, cancellationToken);
            return true;
        },
        cancellationToken);

    private static async Task MigrateAsync(NpgsqlConnection connection, PostgresDatabase database, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({LockKey})", cancellationToken);

        // Names are looked up in a cache that waiting for another process's tables does not refresh; using a table does.
        await ExecuteAsync(
            connection,
            "CREATE TABLE IF NOT EXISTS cluster_schema_version (version integer PRIMARY KEY, script text NOT NULL, readable_by integer "
            + "NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())",
            cancellationToken);
        var version = await NewestAsync(connection, cancellationToken);
        if (version > Current)
        {
            // A silo of a later version was faster.
            await RequireReadableAsync(connection, database, version, cancellationToken);
        }

        foreach (var migration in All.Where(migration => migration.Number > version))
        {
            await ExecuteAsync(connection, migration.Sql, cancellationToken);
            await using var record = new NpgsqlCommand(
                "INSERT INTO cluster_schema_version (version, script, readable_by) VALUES ($1, $2, $3)", connection);
            record.Parameters.AddWithValue(migration.Number);
            record.Parameters.AddWithValue(migration.Script);
            record.Parameters.AddWithValue(OldestReader(migration));
            await record.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    // Additions of a later version need not be known here, if that version says so.
    private static async Task RequireReadableAsync(
        NpgsqlConnection connection, PostgresDatabase database, int version, CancellationToken cancellationToken)
    {
        await using var oldest = new NpgsqlCommand("SELECT max(readable_by) FROM cluster_schema_version WHERE version > $1", connection);
        oldest.Parameters.AddWithValue(Current);
        if ((int)(await oldest.ExecuteScalarAsync(cancellationToken))! > Current)
        {
            throw new JobException(
                $"{database.Name} has tables of version {version} where this version of cluster knows those up to {Current}: use "
                + "the version of cluster that made them, or a later one.");
        }
    }

    // The stored version says that they exist, but a table may have been dropped, or not restored.
    private static async Task RequireTablesAsync(
        NpgsqlConnection connection, PostgresDatabase database, CancellationToken cancellationToken)
    {
        await using var missing = new NpgsqlCommand(
            "SELECT string_agg(name, ', ') FROM unnest($1) name WHERE to_regclass(name) IS NULL", connection);
        missing.Parameters.AddWithValue(Tables);
        if (await missing.ExecuteScalarAsync(cancellationToken) is string names)
        {
            throw new JobException(
                $"{database.Name} lacks {names} where all tables of version {Current} are expected: restore them from a backup, or give "
                + "cluster an empty database.");
        }
    }

    private static int OldestReader(Migration migration)
    {
        var first = migration.Sql.Split('\n')[0].Trim();
        return first.StartsWith(ReadableBy, StringComparison.Ordinal)
            ? int.Parse(first[ReadableBy.Length..], NumberStyles.None, CultureInfo.InvariantCulture)
            : migration.Number;
    }

    private static async Task<int> VersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand("SELECT to_regclass('cluster_schema_version') IS NOT NULL", connection);
        return await exists.ExecuteScalarAsync(cancellationToken) is true ? await NewestAsync(connection, cancellationToken) : 0;
    }

    private static async Task<int> NewestAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var version = new NpgsqlCommand("SELECT coalesce(max(version), 0) FROM cluster_schema_version", connection);
        return (int)(await version.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task RequireSettingAsync(
        NpgsqlConnection connection,
        PostgresDatabase database,
        string name,
        Func<string, bool> isGood,
        string expected,
        string advice,
        CancellationToken cancellationToken)
    {
        await using var show = new NpgsqlCommand("SELECT current_setting($1)", connection);
        show.Parameters.AddWithValue(name);
        var value = (string)(await show.ExecuteScalarAsync(cancellationToken))!;
        if (!isGood(value))
        {
            throw new JobException($"{database.Name} has {name} {value} where {expected} is expected: {advice}.");
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Scripts of this assembly, and constants.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private sealed record Migration(int Number, string Script)
    {
        public string Sql
        {
            get
            {
                using var reader = new StreamReader(typeof(PostgresSchema).Assembly.GetManifestResourceStream(Prefix + Script)!);
                return reader.ReadToEnd();
            }
        }
    }
}
