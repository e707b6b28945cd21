using System.Net.Sockets;
using System.Text;

namespace Cluster.Storage.Postgres;

/// <summary>
/// A pool of connections to one database, and the translation of its failures. No message contains the connection string.
/// </summary>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    private const int Attempts = 6;
    private const int UnsetPoolSize = 100;
    private const int MostConnections = 10;
    private const string UsualEncoding = "UTF8";
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private readonly NpgsqlDataSource _source;
    private readonly TimeProvider _time;

    private PostgresDatabase(NpgsqlDataSource source, string name, TimeProvider time)
    {
        _source = source;
        Name = name;
        _time = time;
    }

    /// <summary>The database's name in messages.</summary>
    public string Name { get; }

    /// <exception cref="JobException">The text is not a connection string that can be used.</exception>
    public static PostgresDatabase Create(string connectionString, TimeProvider time)
    {
        var (source, name) = Read(connectionString);
        return new PostgresDatabase(source, name, time);
    }

    /// <summary>The database's name in messages, without connecting to it.</summary>
    /// <exception cref="JobException">The text is not a connection string that can be used.</exception>
    public static string Describe(string connectionString)
    {
        var (source, name) = Read(connectionString);
        source.Dispose();
        return name;
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <summary>A command on a pooled connection, which is returned when the command is disposed.</summary>
    public NpgsqlCommand Command(string sql) => _source.CreateCommand(sql);

    /// <summary>A pooled connection, which is returned when it is disposed.</summary>
    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => _source.OpenConnectionAsync(cancellationToken);

    /// <summary>
    /// Runs an idempotent operation on a connection, and retries it a bounded number of times after transient failures (a restarting
    /// server, a broken connection).
    /// </summary>
    /// <param name="purpose">The purpose, for messages: "list jobs".</param>
    /// <exception cref="JobException">It failed permanently.</exception>
    public Task<T> RepeatableAsync<T>(string purpose, Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken) =>
        RepeatableAsync(
            purpose,
            async () =>
            {
                await using var connection = await OpenAsync(cancellationToken);
                return await work(connection);
            },
            cancellationToken);

    /// <summary>The same, of an operation that opens its connection itself.</summary>
    public async Task<T> RepeatableAsync<T>(string purpose, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        var begun = _time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await work();
            }
            catch (Exception e) when (IsFailure(e))
            {
                if (!MayPass(e) || attempt == Attempts || _time.GetElapsedTime(begun) > LongestWait)
                {
                    throw Failure(purpose, e);
                }
            }

            await Task.Delay(FirstDelay * (1 << (attempt - 1)), _time, cancellationToken);
        }
    }

    /// <summary>Whether an exception concerns the database or the connection to it.</summary>
    public static bool IsFailure(Exception e) => e is NpgsqlException or SocketException or IOException or TimeoutException;

    /// <summary>The user's error for a failure of the database or the connection to it.</summary>
    public JobException Failure(string purpose, Exception e)
    {
        var reason = e is PostgresException refused ? $"{refused.SqlState}: {refused.MessageText}" : e.InnerException?.Message ?? e.Message;
        var advice = (e as PostgresException)?.SqlState switch
        {
            PostgresErrorCodes.InvalidCatalogName => "create this database, owned by the user of the connection string",
            PostgresErrorCodes.InsufficientPrivilege =>
                "grant this to the user of the connection string, or have the database's owner do it",
            ['4', '2', ..] => "its tables are not those of this version of cluster, so restore them, or give cluster an empty database",
            _ => "check that it runs, is reachable and lets this user in, then try again",
        };
        var sentence = $"{Name} could not {purpose} ({reason}): {advice}.";
        return MayPass(e) ? new JobStoreUnavailableException(sentence, e) : new JobException(sentence, e);
    }

    private static (NpgsqlDataSource Source, string Name) Read(string connectionString)
    {
        NpgsqlConnectionStringBuilder? given = null;
        try
        {
            given = new NpgsqlConnectionStringBuilder(connectionString);
            return string.IsNullOrEmpty(given.Host) ? throw NotUnderstood() : (SourceOf(given), NameOf(given));
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw given?.Keys.FirstOrDefault(setting => IsTakenWithout(given, setting)) is { } refused ? Refused(refused) : NotUnderstood();
        }
    }

    private static NpgsqlDataSource SourceOf(NpgsqlConnectionStringBuilder given)
    {
        var settings = new NpgsqlConnectionStringBuilder(given.ConnectionString);
        settings.ApplicationName ??= "cluster";

        // A usual server has a hundred connections for all silos together.
        if (settings.MaxPoolSize == UnsetPoolSize)
        {
            settings.MaxPoolSize = MostConnections;
        }

        // Detects a vanished server while the connection is idle.
        settings.KeepAlive = settings.KeepAlive == 0 ? 30 : settings.KeepAlive;

        // What the driver would refuse only with the first connection.
        if (settings.Encoding != UsualEncoding)
        {
            _ = Encoding.GetEncoding(settings.Encoding);
        }

        if (settings.Multiplexing)
        {
            throw new NotSupportedException("It has no KeepAlive.");
        }

        return NpgsqlDataSource.Create(settings);
    }

    // The driver's own words may quote the connection string.
    private static bool IsTakenWithout(NpgsqlConnectionStringBuilder given, string setting)
    {
        var others = new NpgsqlConnectionStringBuilder(given.ConnectionString);
        others.Remove(setting);
        try
        {
            SourceOf(others).Dispose();
            return true;
        }
        catch (Exception e) when (IsRefusal(e))
        {
            return false;
        }
    }

    private static string NameOf(NpgsqlConnectionStringBuilder settings) =>
        $"PostgreSQL at {string.Join(',', settings.Host!.Split(',').Select(host => HasPort(host) ? host : $"{host}:{settings.Port}"))}, "
        + $"database {settings.Database ?? settings.Username}";

    // An address of IPv6 with a port stands in brackets.
    private static bool HasPort(string host) => host[(host.LastIndexOf(']') + 1)..].Count(letter => letter == ':') == 1;

    private static bool IsRefusal(Exception e) =>
        e is ArgumentException or FormatException or InvalidOperationException or InvalidCastException or NotSupportedException;

    // Without the exception and its message: both may quote the connection string, which contains a password.
    private static JobException NotUnderstood() => Mistaken(
        "is not understood where \"Host=…;Port=5432;Database=…;Username=…;Password=…\" is expected: correct it");

    private static JobException Refused(string setting) => Mistaken(
        $"has '{setting}', which its driver refuses beside what else is there: leave it out, or correct it");

    private static JobException Mistaken(string how) =>
        new($"The connection string of PostgreSQL {how}.") { FailsOn = JobFault.Request };

    private static bool MayPass(Exception e) => e is not NpgsqlException database || database.IsTransient;
}
