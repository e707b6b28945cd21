using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Cluster.Bench.Chaos;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Grains.Contracts;
using Cluster.Harness;
using Cluster.Simulation;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Cluster.Bench.Throughput;

/// <summary>`bench cluster-throughput`: candidates that take no time, through grains, leases and the journal.</summary>
internal static class ThroughputCommand
{
    private const int Groups = 16;

    private static readonly Option<int> Candidates = new("--candidates") { DefaultValueFactory = _ => 10_000 };
    private static readonly Option<int> Slots = new("--slots") { Description = "of each silo", DefaultValueFactory = _ => 32 };
    private static readonly Option<int[]> InFlight = new("--in-flight")
    {
        Description = "candidates at once",
        DefaultValueFactory = _ => [1, 64],
        AllowMultipleArgumentsPerToken = true
    };
    private static readonly Option<int> Silos = new("--silos")
    {
        Description = "more than one need PostgreSQL and the Orleans packages",
        DefaultValueFactory = _ => 1
    };
    private static readonly Option<bool> Postgres = new("--postgres") { Description = "journal and jobs in PostgreSQL instead of files" };
    private static readonly Option<string?> Member = new("--member")
    {
        Description = "be one of several silos on this database",
        Hidden = true
    };

    public static Command Create()
    {
        var command = new Command("cluster-throughput", "Candidates that take no time, through grains, leases and the journal.")
        {
            Candidates, Slots, InFlight, Silos, Postgres, Member
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(Member) is { } database)
            {
                await BeMemberAsync(Options(parsed, parsed.GetRequiredValue(InFlight)[0], database, string.Empty), cancellation);
                return;
            }

            Console.WriteLine(
                $"Orleans: {typeof(IGrainFactory).Assembly.GetName().Version} "
                + $"({(typeof(IGrainFactory).Assembly.GetName().Name == "Orleans.Core.Abstractions" ? "package" : "stand-in")}), "
                + $"{Environment.ProcessorCount} processors");
            Console.WriteLine("| journal | silos | in flight | candidates | per second | p50 ms | p99 ms | CPU ms a candidate "
                + "| MB after a tenth | at the end | load |");
            Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
            foreach (var inFlight in parsed.GetRequiredValue(InFlight))
            {
                await MeasureAsync(parsed, inFlight, cancellation);
            }
        });
        return command;
    }

    private static ThroughputOptions Options(ParseResult parsed, int inFlight, string? database, string folder) =>
        new(
            inFlight == 1 ? Math.Min(parsed.GetValue(Candidates), 2000) : parsed.GetValue(Candidates),
            inFlight,
            parsed.GetValue(Slots),
            database,
            folder);

    private static async Task MeasureAsync(ParseResult parsed, int inFlight, CancellationToken cancellation)
    {
        var silos = parsed.GetValue(Silos);
        var folder = Directory.CreateTempSubdirectory("cluster-throughput-").FullName;
        await using var postgres = parsed.GetValue(Postgres) ? await PostgresServer.StartAsync(cancellation) : null;
        var database = postgres is null ? null : await postgres.CreateDatabaseAsync(cancellation);
        var options = Options(parsed, inFlight, database, folder);
        var (host, store) = await ThroughputSilo.StartAsync(options, silos > 1, cancellation);
        using var running = host;
        var members = Enumerable.Range(1, silos - 1).Select(_ => StartMember(options)).ToArray();
        try
        {
            var grains = host.Services.GetRequiredService<IGrainFactory>();
            while ((await grains.GetGrain<INodeDirectoryGrain>(0).ListAsync()).Count < silos)
            {
                await Task.Delay(100, cancellation);
            }

            var load = await ChaosCommand.LoadAsync(cancellation);
            await grains.GetGrain<IJobCatalogGrain>(0).CreateAsync(Carried.Of(Entry()));
            var usage = new SiloUsage(members);
            var records = await UntilEndAsync(store, usage, cancellation);
            var result = ThroughputResult.Of(records);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {(database is null ? "file" : "PostgreSQL")} | {silos} | {inFlight} | {options.Candidates} | {result} | "
                + $"{usage.Processor.TotalMilliseconds / result.Candidates:0.00} | {usage.MegabytesAt(result.From):0} | "
                + $"{usage.MegabytesAt(DateTimeOffset.MaxValue):0} | {load} |"));
        }
        finally
        {
            foreach (var member in members)
            {
                member.Kill();
                member.Dispose();
            }

            await host.StopAsync(CancellationToken.None);
            (store as IDisposable)?.Dispose();
            if (store is IAsyncDisposable disposable)
            {
                await disposable.DisposeAsync();
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<IReadOnlyList<JournalRecord>> UntilEndAsync(
        IJobStore store, SiloUsage usage, CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(500, cancellation);
            usage.Look();
            var status = (await store.FindAsync("throughput", cancellation))?.Status;
            if (status is JobStatus.Succeeded)
            {
                return await store.ReadJournalAsync("throughput", cancellation);
            }

            if (status is JobStatus.Failed or JobStatus.Cancelled)
            {
                throw new InvalidOperationException(
                    $"The job is {status}: {(await store.ReadJournalAsync("throughput", cancellation))[^1].Event}");
            }
        }
    }

    private static JobEntry Entry()
    {
        var network = new SyntheticNetwork
        {
            Damage = [.. Enumerable.Repeat(0.001, Groups)],
            Float32Ms = [.. Enumerable.Repeat(1.0, Groups)],
            Int8Ms = [.. Enumerable.Repeat(0.5, Groups)]
        };
        return new JobEntry
        {
            Id = "throughput",
            CreatedAt = DateTimeOffset.UnixEpoch,
            Spec = network.Spec,
            Space = network.Space,
            Inputs = new JobInputs { Model = "model", Calibration = new DataLocation("folder:none") },
        };
    }

    private static Process StartMember(ThroughputOptions options)
    {
        string[] arguments =
        [
            "cluster-throughput",
            "--member",
            options.Database ?? throw new InvalidOperationException("Several silos meet in a database: add --postgres."),
            "--candidates",
            Text(options.Candidates),
            "--slots",
            Text(options.Slots),
            "--in-flight",
            Text(options.InFlight),
        ];
        return Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments))!;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    // Until it is killed: it has nothing to lose.
    private static async Task BeMemberAsync(ThroughputOptions options, CancellationToken cancellation)
    {
        var (host, _) = await ThroughputSilo.StartAsync(options, clustered: true, cancellation);
        using (host)
        {
            await Task.Delay(Timeout.Infinite, cancellation);
        }
    }
}
