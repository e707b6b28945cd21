using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Cluster.Bench.Chaos;

/// <summary>A PostgreSQL of this machine's own, in a temporary folder, on 127.0.0.1; every commit waits for the disk.</summary>
internal sealed class TemporaryPostgres : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cluster-bench-postgres-");
    private Process? _server;

    private TemporaryPostgres()
    {
    }

    /// <summary>Where its programs are, or null.</summary>
    public static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(folder => Path.Combine(folder, "bin")).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")))
        : null;

    private int Port { get; } = FreePort.Next();

    /// <exception cref="InvalidOperationException">It is not installed, or does not start.</exception>
    public static async Task<TemporaryPostgres> StartAsync(CancellationToken cancellation)
    {
        if (Programs is null)
        {
            throw new InvalidOperationException("PostgreSQL is not installed here: apt-get install postgresql.");
        }

        var server = new TemporaryPostgres();
        var data = Path.Combine(server._folder.FullName, "data");
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync(["chown", "-R", User, server._folder.FullName], cancellation);
        }

        await RunAsync(AsUser([Path.Combine(Programs, "initdb"), "-D", data, "-U", "cluster", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-instructions"]), cancellation);
        server._server = Start(AsUser([
            Path.Combine(Programs, "postgres"), "-D", data, "-k", server._folder.FullName, "-p", server.Port.ToString(CultureInfo.InvariantCulture),
            "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300",
        ]));
        await server.UntilItAnswersAsync(cancellation);
        return server;
    }

    /// <summary>The connection string of a new, empty database.</summary>
    public async Task<string> CreateDatabaseAsync(string name, CancellationToken cancellation)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionTo("postgres"));
#pragma warning disable CA2100 // A name of this program's own.
        await using var create = source.CreateCommand($"CREATE DATABASE {name}");
#pragma warning restore CA2100
        await create.ExecuteNonQueryAsync(cancellation);
        return ConnectionTo(name);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { HasExited: false } server)
        {
            using var stop = Process.Start("kill", ["-INT", server.Id.ToString(CultureInfo.InvariantCulture)]);
            await stop.WaitForExitAsync();
            await server.WaitForExitAsync();
        }

        _server?.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string User => File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";

    // It refuses to run as root, who may become anybody.
    private static string[] AsUser(string[] command) =>
        Environment.IsPrivilegedProcess ? ["setpriv", $"--reuid={User}", $"--regid={User}", "--clear-groups", .. command] : command;

    private static Process Start(string[] command)
    {
        var start = new ProcessStartInfo("sh", ["-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", "sh", .. command]);
        start.Environment["LC_ALL"] = "C";
        return Process.Start(start)!;
    }

    private static async Task RunAsync(string[] command, CancellationToken cancellation)
    {
        using var process = Start(command);
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}.");
        }
    }

    private string ConnectionTo(string database) => $"Host=127.0.0.1;Port={Port};Username=cluster;Database={database}";

    private async Task UntilItAnswersAsync(CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionTo("postgres"));
                await connection.OpenAsync(cancellation);
                return;
            }
            catch (Exception notYet) when (notYet is NpgsqlException or SocketException && attempt < 200 && _server is { HasExited: false })
            {
                await Task.Delay(100, cancellation);
            }
        }
    }
}
