namespace Cluster.Storage.Postgres;

/// <summary>The silos that have joined a cluster in a database, and the name of that cluster for Orleans.</summary>
public sealed class PostgresMembership
{
    // Restored, cloned on the same server, in another schema: one of the three differs. Only a physical copy has all of them.
    private const string IdentitySql = """
        SELECT left(encode(sha256(convert_to(concat_ws('/',
            (SELECT system_identifier FROM pg_control_system()),
            (SELECT oid FROM pg_database WHERE datname = current_database()),
            'cluster_members'::regclass::oid), 'UTF8')), 'hex'), 12)
        """;

    // 6 is Orleans' SiloStatus.Dead.
    private const string OthersSql = """
        SELECT split_part(cluster_id, '@', 1), split_part(cluster_id, '@', 2) <> split_part($1, '@', 2),
            extract(epoch FROM now() - max(alive_at))::integer, min(address || ':' || port)
        FROM cluster_members
        WHERE cluster_id <> $1 AND status <> 6 AND (alive_at > now() - $2 OR split_part(cluster_id, '@', 2) <> split_part($1, '@', 2))
        GROUP BY cluster_id ORDER BY 2 DESC, 3 LIMIT 1
        """;

    // 3 is Orleans' SiloStatus.Active.
    private const string ActiveSql = """
        SELECT address, port, gateway_port, generation, alive_at FROM cluster_members
        WHERE cluster_id = $1 AND status = 3 ORDER BY 1, 2, 4
        """;

    private readonly PostgresDatabase _database;

    internal PostgresMembership(PostgresDatabase database) => _database = database;

    /// <summary>The database's name in messages.</summary>
    public string Database => _database.Name;

    /// <summary>
    /// Orleans' name for a cluster: NAME@IDENTITY. Silos on a copy of the database have another, so that neither they nor those of the
    /// original take each other for members, whatever rows the copy holds.
    /// </summary>
    /// <param name="clusterId">The cluster's name, which contains no @.</param>
    public Task<string> NameAsync(string clusterId, CancellationToken cancellationToken) => _database.RepeatableAsync(
        "tell its identity",
        async connection =>
        {
            await using var identity = new NpgsqlCommand(IdentitySql, connection);
            return $"{clusterId}@{await identity.ExecuteScalarAsync(cancellationToken)}";
        },
        cancellationToken);

    /// <summary>
    /// Refuses to serve two clusters at once, as jobs belong to the database, and to use rows that were copied with it.
    /// </summary>
    /// <param name="name">The cluster to serve, of <see cref="NameAsync"/>.</param>
    /// <param name="silence">The time without a sign of life after which a silo counts as gone.</param>
    /// <exception cref="JobException">A silo of another cluster is active, or the database is a copy with its silos' rows.</exception>
    public Task RequireOnlyAsync(string name, TimeSpan silence, CancellationToken cancellationToken) => _database.RepeatableAsync(
        "look for other clusters",
        async connection =>
        {
            await using var others = new NpgsqlCommand(OthersSql, connection);
            others.Parameters.AddWithValue(name);
            others.Parameters.AddWithValue(silence);
            await using var reader = await others.ExecuteReaderAsync(cancellationToken);
            return !await reader.ReadAsync(cancellationToken) ? true : throw new JobException(reader.GetBoolean(1)
                ? Copied(Database, $"it lists the silo {reader.GetString(3)}, which joined '{reader.GetString(0)}' in another database")
                : $"{Database} is that of the cluster '{reader.GetString(0)}', a silo of which gave a sign of life "
                    + $"{reader.GetInt32(2)} s ago: stop its silos (one that was killed counts for {silence.TotalSeconds} s), or give "
                    + $"'{name.Split('@')[0]}' a database of its own.");
        },
        cancellationToken);

    /// <summary>The silos that are active in a cluster, as far as this database says, in a fixed order.</summary>
    /// <param name="name">The cluster, of <see cref="NameAsync"/>.</param>
    public Task<IReadOnlyList<MemberRow>> ActiveAsync(string name, CancellationToken cancellationToken) => _database.RepeatableAsync(
        "list its silos",
        async connection =>
        {
            await using var active = new NpgsqlCommand(ActiveSql, connection);
            active.Parameters.AddWithValue(name);
            await using var reader = await active.ExecuteReaderAsync(cancellationToken);
            var rows = new List<MemberRow>();
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(new MemberRow(
                    reader.GetString(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetDateTime(4)));
            }

            return (IReadOnlyList<MemberRow>)rows;
        },
        cancellationToken);

    /// <summary>The refusal to start on a copy of a cluster's database.</summary>
    /// <param name="database">The copy's name in messages.</param>
    /// <param name="sign">What shows that it is one: "it lists …".</param>
    public static string Copied(string database, string sign) =>
        $"{database} is a copy of a cluster's database: {sign}. Give the copy artefacts of its own, delete the copied rows (DELETE FROM "
        + "cluster_members) and start again.";
}

/// <summary>A silo's row among the members of a cluster.</summary>
/// <param name="Address">Its IP address for other silos.</param>
/// <param name="Port">Its port for them.</param>
/// <param name="GatewayPort">Its port for gateways, or 0.</param>
/// <param name="Generation">Differs each time that a silo starts at this address.</param>
/// <param name="AliveAt">Its last sign of life, in UTC.</param>
public sealed record MemberRow(string Address, int Port, int GatewayPort, int Generation, DateTime AliveAt);
