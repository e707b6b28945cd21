using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Cluster.Bench.ManyJobs;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Harness;
using Cluster.Storage.Files;
using Cluster.Storage.Postgres;

namespace Cluster.Bench.Scale;

/// <summary>
/// `bench job-store`: what looking at jobs, listing and removing them takes where there are many, in a folder and in a PostgreSQL of its
/// own.
/// </summary>
internal static class JobStoreCommand
{
    private const int Repeats = 20;
    private const int Page = 100;

    private static readonly JobStatus[] Unended = [.. Enum.GetValues<JobStatus>().Where(status => !status.HasEnded())];

    public static Command Create()
    {
        var jobs = new Option<int>("--jobs") { DefaultValueFactory = _ => 10_000, Description = "that are over" };
        var unended = new Option<int>("--unended") { DefaultValueFactory = _ => 1000, Description = "that are not, besides" };
        var command = new Command("job-store", "Opening a store, looking at, listing and removing jobs, where there are many.")
        {
            jobs, unended,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var (ended, open) = (parsed.GetValue(jobs), parsed.GetValue(unended));
            Console.WriteLine("| store | jobs | unended | add, ms a job | open, s | list a page, ms | last page, ms | list the unended, ms "
                + "| their keys, ms | find, ms | remove, ms |");
            Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
            var folder = Directory.CreateTempSubdirectory("cluster-job-store-");
            await MeasureAsync(
                "folder", () => Task.FromResult<IJobStore>(FileJobStore.Open(folder.FullName)), ended, open, cancellation);
            folder.Delete(recursive: true);
            if (PostgresServer.Programs is null)
            {
                Console.WriteLine(PostgresServer.NotInstalled);
                return;
            }

            await using var postgres = await PostgresServer.StartAsync(cancellation);
            var connection = await postgres.CreateDatabaseAsync(cancellation);
            await MeasureAsync(
                "PostgreSQL",
                async () => await PostgresJobStore.OpenAsync(connection, time: null, cancellation),
                ended,
                open,
                cancellation);
        });
        return command;
    }

    private static async Task MeasureAsync(
        string name, Func<Task<IJobStore>> open, int ended, int unended, CancellationToken cancellation)
    {
        var store = await open();
        var adding = Stopwatch.StartNew();
        await StoredJobs.AddAsync(store, ended, unended, cancellation);

        var added = adding.Elapsed / (ended + unended);
        await CloseAsync(store);

        var opening = Stopwatch.StartNew();
        store = await open();
        var opened = opening.Elapsed;
        var last = StoredJobs.Entry(Page);
        var page = await OftenAsync(_ => store.ListAsync(new JobQuery(Page, []), cancellation));
        var lastPage = await OftenAsync(_ => store.ListAsync(new JobQuery(Page, [], last.CreatedAt, last.Id), cancellation));
        var listed = await OftenAsync(_ => store.ListAsync(new JobQuery(unended, Unended), cancellation));
        var keys = await OftenAsync(_ => store.ListKeysAsync(new JobQuery(unended, Unended), cancellation));
        var found = await OftenAsync(i => store.FindAsync(StoredJobs.Id(unended + i), cancellation));
        var removed = await OftenAsync(i => store.RemoveAsync(StoredJobs.Id(unended + i), cancellation));
        await CloseAsync(store);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {ended} | {unended} | {added.TotalMilliseconds:0.0} | {opened.TotalSeconds:0.00} | {page:0.0} | {lastPage:0.0} "
            + $"| {listed:0.0} | {keys:0.0} | {found:0.00} | {removed:0.0} |"));
    }

    // The median, in milliseconds.
    private static async Task<double> OftenAsync(Func<int, Task> act)
    {
        var times = new double[Repeats];
        for (var i = 0; i < Repeats; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await act(i);
            times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        Array.Sort(times);
        return times[Repeats / 2];
    }

    private static async Task CloseAsync(IJobStore store)
    {
        switch (store)
        {
            case IAsyncDisposable closed:
                await closed.DisposeAsync();
                break;
            case IDisposable closed:
                closed.Dispose();
                break;
        }
    }
}
