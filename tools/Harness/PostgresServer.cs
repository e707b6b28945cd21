using System.Security.Cryptography;

namespace Cluster.Harness;

/// <summary>
/// A PostgreSQL of the machine's own in a temporary folder, on 127.0.0.1 and a free port. Its shell ends it and removes
/// the folder when this process dies. Every write really goes to the disk.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>What to say where <see cref="Programs"/> is null.</summary>
    public const string NotInstalled = "PostgreSQL is not installed here: apt-get install postgresql.";

    private const string User = "cluster";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // Waits for a line or the end of its input: after a line it stops the server in good order, after the end it cleans up, too.
    private const string Script = """
        folder=$1; shift
        "$@" & pid=$!
        echo "$pid"
        if read -r signal; then
            kill "-$signal" "$pid"; wait "$pid"
        else
            kill -INT "$pid"; wait "$pid"; rm -rf "$folder"
        fi
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cluster-postgres-");
    private readonly StringBuilder _log = new();
    private readonly string _password;
    private Process? _shell;
    private int _databases;

    private PostgresServer(string? password = null) => _password = password ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>Where its programs are, or null.</summary>
    public static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql")
            .Select(folder => Path.Combine(folder, "bin"))
            .Where(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")))
            .MaxBy(
                folder =>
                    int.TryParse(Path.GetFileName(Path.GetDirectoryName(folder)), CultureInfo.InvariantCulture, out var version)
                        ? version
                        : 0)
        : null;

    /// <summary>The process that accepts connections.</summary>
    public int ProcessId { get; private set; }

    public int Port { get; private set; }

    /// <summary>Of the database that every server has.</summary>
    public string ConnectionString => ConnectionStringOf("postgres");

    /// <summary>Makes and starts a server.</summary>
    /// <exception cref="InvalidOperationException">PostgreSQL is not installed, or does not start.</exception>
    public static async Task<PostgresServer> StartAsync(CancellationToken cancellationToken)
    {
        if (Programs is null)
        {
            throw new InvalidOperationException(NotInstalled);
        }

        return await StartedAsync(new PostgresServer(), server => server.CreateAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Starts a physical copy of the whole server, as a snapshot or point-in-time recovery makes one.</summary>
    public Task<PostgresServer> CopyAsync(CancellationToken cancellationToken) => StartedAsync(
        new PostgresServer(_password),
        async copy =>
        {
            await copy.OwnFolderAsync(cancellationToken);
            await RunAsync(
                AsUser([
                    Path.Combine(Programs!, "pg_basebackup"), "-h", _folder.FullName, "-p", $"{Port}", "-U", User, "--checkpoint=fast",
                    "-D", Path.Combine(copy._folder.FullName, "data"),
                ]),
                cancellationToken);
        },
        cancellationToken);

    /// <summary>Restores a dump of a database into a new one.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="options">More options of pg_dump.</param>
    /// <returns>The new one's connection string.</returns>
    public async Task<string> RestoreAsync(string connectionString, IEnumerable<string> options, CancellationToken cancellationToken)
    {
        string copy = await CreateDatabaseAsync(cancellationToken);
        var dump = Path.Combine(_folder.FullName, $"{NameOf(copy)}.dump");
        string[] server = ["-h", _folder.FullName, "-p", $"{Port}", "-U", User];
        await RunAsync(
            [Path.Combine(Programs!, "pg_dump"), .. server, "--format=custom", $"--file={dump}", .. options, NameOf(connectionString)],
            cancellationToken);
        await RunAsync(
            [Path.Combine(Programs!, "pg_restore"), .. server, "--exit-on-error", "--no-owner", $"--dbname={NameOf(copy)}", dump],
            cancellationToken);
        return copy;
    }

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";
        await RunAsync([Path.Combine(Programs!, "createdb"), "-h", _folder.FullName, "-p", $"{Port}", "-U", User, name], cancellationToken);
        return ConnectionStringOf(name);
    }

    /// <summary>Makes an empty schema of the database that every server has, which takes a fraction of a database's time.</summary>
    /// <returns>A connection string for which unqualified names are of that schema.</returns>
    public async Task<string> CreateSchemaAsync(CancellationToken cancellationToken)
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";
        await RunAsync(
            [
                Path.Combine(Programs!, "psql"), "-h", _folder.FullName, "-p", $"{Port}", "-U", User, "-d", "postgres",
                "-c", $"CREATE SCHEMA {name}",
            ],
            cancellationToken);
        return $"{ConnectionString};Search Path={name};Application Name={name}";
    }

    /// <summary>The connection string of one of its databases.</summary>
    public string ConnectionStringOf(string database) =>
        $"Host=127.0.0.1;Port={Port};Username={User};Password={_password};Database={database}";

    /// <summary>Starts it after <see cref="StopAsync"/> or <see cref="CrashAsync"/>, on the same port with the same data.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        Port = Port == 0 ? FreePort.Next() : Port;
        string[] server =
        [
            Path.Combine(Programs!, "postgres"), "-D", Path.Combine(_folder.FullName, "data"), "-k", _folder.FullName, "-p", $"{Port}",
            "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300", "-c", "lc_messages=C",
        ];
        var shell = Start(["sh", "-c", Script, "sh", _folder.FullName, .. AsUser(server)]);
        _shell = shell;
        ProcessId = int.Parse(
            (await shell.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(Patience, cancellationToken))!,
            CultureInfo.InvariantCulture);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = FollowAsync(shell, ready);
        await ready.Task.WaitAsync(Patience, cancellationToken);
    }

    /// <summary>Ends it in good order; its data stays.</summary>
    public Task StopAsync() => EndAsync("INT");

    /// <summary>Ends it as a crash does: connections break, and what was not written down is gone. The next start recovers.</summary>
    public Task CrashAsync() => EndAsync("QUIT");

    /// <summary>Stops all of its processes where they are (SIGSTOP): connections stay open, and nothing answers.</summary>
    public void Freeze()
    {
        // The one that accepts connections first, so that no new ones come.
        Signals.Send(ProcessId, Signals.Stop);
        Children().ForEach(process => Signals.Send(process, Signals.Stop));
    }

    /// <summary>Lets it go on after <see cref="Freeze"/>.</summary>
    public void Thaw()
    {
        Children().ForEach(process => Signals.Send(process, Signals.Continue));
        Signals.Send(ProcessId, Signals.Continue);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _shell?.Dispose();
        _folder.Delete(recursive: true);
    }

    // PostgreSQL refuses to run as root, who may become anybody: its package's user, or nobody.
    private static string[] AsUser(string[] command) =>
        Environment.IsPrivilegedProcess ? ["setpriv", $"--reuid={UserName}", $"--regid={UserName}", "--clear-groups", .. command] : command;

    private static string UserName { get; } =
        File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";

    private static Process Start(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        return Process.Start(start)!;
    }

    private static async Task RunAsync(string[] command, CancellationToken cancellationToken)
    {
        using var process = Start(command);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
        await output;
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}: {errors}");
        }
    }

    private static async Task<PostgresServer> StartedAsync(
        PostgresServer server, Func<PostgresServer, Task> create, CancellationToken cancellationToken)
    {
        try
        {
            await create(server);
            await server.StartAgainAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private static string NameOf(string connectionString) => connectionString[(connectionString.LastIndexOf('=') + 1)..];

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        var password = Path.Combine(_folder.FullName, "password");
        await File.WriteAllTextAsync(password, _password, cancellationToken);
        await OwnFolderAsync(cancellationToken);
        await RunAsync(
            AsUser([
                Path.Combine(Programs!, "initdb"), "-D", Path.Combine(_folder.FullName, "data"), "-U", User, "--pwfile", password,
                "--auth-local=trust", "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions", "--no-sync",
            ]),
            cancellationToken);
    }

    private Task OwnFolderAsync(CancellationToken cancellationToken) =>
        Environment.IsPrivilegedProcess ? RunAsync(["chown", "-R", UserName, _folder.FullName], cancellationToken) : Task.CompletedTask;

    private async Task FollowAsync(Process shell, TaskCompletionSource ready)
    {
        while (await shell.StandardError.ReadLineAsync() is { } line)
        {
            _log.AppendLine(line);
            if (line.Contains("ready to accept connections", StringComparison.Ordinal))
            {
                ready.TrySetResult();
            }
        }

        ready.TrySetException(new InvalidOperationException($"PostgreSQL ended: {_log}"));
    }

    private async Task EndAsync(string signal)
    {
        if (_shell is not { } shell)
        {
            return;
        }

        _shell = null;
        Thaw();
        await shell.StandardInput.WriteLineAsync(signal);
        await shell.StandardInput.FlushAsync();
        await shell.WaitForExitAsync().WaitAsync(Patience);
        shell.Dispose();
    }

    private List<int> Children() =>
    [
        .. Directory.GetDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var process) ? process : 0)
            .Where(process => process != 0 && ParentOf(process) == ProcessId),
    ];

    private static int ParentOf(int process)
    {
        try
        {
            // PID (NAME) STATE PARENT …, where the name may hold anything.
            var text = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
