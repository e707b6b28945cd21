using System.Diagnostics;
using System.Globalization;
using Cluster.Bench.Chaos;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Grains.Contracts;
using Cluster.Harness;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Cluster.Bench.Throughput;

/// <summary>
/// One measurement on some silos: a job to warm up, the one that is measured, and another one, before and after which they are weighed.
/// </summary>
internal static class ThroughputTrial
{
    public const string Header =
        "| journal | silos | in flight | candidates | per second | p50 ms | p99 ms | CPU ms a candidate "
        + "| MB before 2000 more | after | load |\n|---|---|---|---|---|---|---|---|---|---|---|";

    private const int Soaked = 2000;

    /// <summary>A row of the table.</summary>
    /// <param name="options">What is measured, without its place.</param>
    /// <param name="silos">How many, this process one of them.</param>
    /// <param name="inPostgres">Whether jobs and journals are in a PostgreSQL, which is started.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<string> MeasureAsync(
        ThroughputOptions options, int silos, bool inPostgres, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("cluster-throughput-").FullName;
        await using var postgres = inPostgres ? await PostgresServer.StartAsync(cancellation) : null;
        var database = postgres is null ? null : await postgres.CreateDatabaseAsync(cancellation);
        options = options with { Database = database, Folder = folder };
        var (host, store) = await ThroughputSilo.StartAsync(options, silos > 1, cancellation);
        using var running = host;
        var members = Enumerable.Range(1, silos - 1).Select(_ => StartMember(options)).ToArray();
        try
        {
            var grains = host.Services.GetRequiredService<IGrainFactory>();
            while ((await grains.GetGrain<INodesGrain>(0).ListAsync(cancellation)).Count < silos)
            {
                await Task.Delay(100, cancellation);
            }

            var load = await ChaosCommand.LoadAsync(cancellation);
            var usage = new SiloUsage(members);

            // The same once more, so that it is measured with code that is compiled.
            await RunAsync(ThroughputJobs.Entry("warm-up", options.Candidates), grains, store, usage, cancellation);
            var job = ThroughputJobs.Entry("throughput", options.Candidates);
            await RunAsync(job, grains, store, usage, cancellation);

            var before = usage.SoFar();
            var after = new List<string>();
            for (var more = 1; more <= options.More; more++)
            {
                await RunAsync(ThroughputJobs.Entry($"soak-{more}", Soaked), grains, store, usage, cancellation);
                after.Add(usage.Megabytes.ToString("0", CultureInfo.InvariantCulture));
            }

            // Last: it is this program's own work, and its garbage would be weighed with the silos.
            var result = ThroughputResult.Of(await store.ReadJournalAsync(job.Id, cancellation));
            var processor = before.ProcessorFrom(result.From).TotalMilliseconds / result.Measured;
            return string.Create(
                CultureInfo.InvariantCulture,
                $"| {(database is null ? "file" : "PostgreSQL")} | {silos} | {options.InFlight} | {options.Candidates} | {result} "
                + $"| {processor:0.00} | {before.Megabytes:0} | {string.Join(' ', after)} | {load} |");
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

    /// <summary>Is one of several silos until it is killed: it has nothing to lose.</summary>
    public static async Task BeMemberAsync(ThroughputOptions options, CancellationToken cancellation)
    {
        var (host, _) = await ThroughputSilo.StartAsync(options, clustered: true, cancellation);
        using (host)
        {
            await Task.Delay(Timeout.Infinite, cancellation);
        }
    }

    private static async Task RunAsync(
        JobEntry job, IGrainFactory grains, IJobStore store, SiloUsage usage, CancellationToken cancellation)
    {
        await grains.GetGrain<IJobCatalogGrain>(0).CreateAsync(Carried.Of(job));
        while (true)
        {
            await Task.Delay(500, cancellation);
            usage.Look();
            var status = (await store.FindAsync(job.Id, cancellation))?.Status;
            if (status is JobStatus.Succeeded)
            {
                return;
            }

            if (status is JobStatus.Failed or JobStatus.Cancelled)
            {
                throw new InvalidOperationException(
                    $"The job is {status}: {(await store.ReadJournalAsync(job.Id, cancellation))[^1].Event}");
            }
        }
    }

    private static Process StartMember(ThroughputOptions options)
    {
        string[] arguments =
        [
            "cluster-throughput",
            "--member",
            options.Database ?? throw new InvalidOperationException("Several silos meet in a database: add --postgres."),
            "--slots",
            Text(options.Slots),
            "--in-flight",
            Text(options.InFlight),
        ];
        return Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments))!;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
