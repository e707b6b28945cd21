using System.Diagnostics;
using System.Globalization;
using Cluster.Bench.Chaos;
using Cluster.Contract.V1;
using Cluster.Storage.Files;

namespace Cluster.Bench.ManyJobs;

/// <summary>A silo that starts with many jobs, none of which has a slot to go on with, and what calls to it take.</summary>
internal static class StoredTrial
{
    private const int Repeats = 100;
    private const int Page = 100;

    public static async Task RunAsync(string data, int jobs, int unended, CancellationToken cancellation)
    {
        Console.WriteLine($"{unended} jobs that have not ended, {jobs} that have, load {await ChaosCommand.LoadAsync(cancellation)}");
        using (var store = FileJobStore.Open(data))
        {
            await StoredJobs.AddAsync(store, jobs, unended, cancellation);
        }

        using var silo = new AloneSilo(data, "--roles", "coordinator");
        Console.WriteLine("| what | times | p50 s | p95 s | max s |\n|---|---|---|---|---|");
        Row("start, until it serves", [(await silo.StartAsync(cancellation)).TotalSeconds]);
        using var channel = silo.Connect();
        var client = new JobService.JobServiceClient(channel);
        await RowAsync("ListJobs, the newest 100", Repeats, _ => client.ListJobsAsync(
            new ListJobsRequest { PageSize = Page }, cancellationToken: cancellation).ResponseAsync);
        await RowAsync("ListJobs, all, pages of 1000", 5, _ => ListAsync(client, jobs + unended, cancellation));
        await RowAsync("GetJob, not ended", Repeats, i => client.GetJobAsync(
            new GetJobRequest { Name = Name(i * unended / Repeats) }, cancellationToken: cancellation).ResponseAsync);
        await RowAsync("GetJob, ended", Repeats, i => client.GetJobAsync(
            new GetJobRequest { Name = Name(unended + (i * jobs / Repeats)) }, cancellationToken: cancellation).ResponseAsync);
        await RowAsync("DeleteJob", Repeats, i => client.DeleteJobAsync(
            new DeleteJobRequest { Name = Name(unended + (i * jobs / Repeats)) }, cancellationToken: cancellation).ResponseAsync);
        var load = await ChaosCommand.LoadAsync(cancellation);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"the silo holds {silo.Resident() / 1e6:0} MB and used {silo.Processor().TotalSeconds:0.0} s of the processor; load {load}"));
    }

    private static string Name(int number) => $"jobs/{StoredJobs.Id(number)}";

    private static async Task ListAsync(JobService.JobServiceClient client, int expected, CancellationToken cancellation)
    {
        var request = new ListJobsRequest { PageSize = 1000 };
        var listed = 0;
        do
        {
            var page = await client.ListJobsAsync(request, cancellationToken: cancellation);
            (request.PageToken, listed) = (page.NextPageToken, listed + page.Jobs.Count);
        }
        while (request.PageToken.Length > 0);

        if (listed != expected)
        {
            throw new InvalidOperationException($"ListJobs has {listed} jobs where {expected} are stored.");
        }
    }

    private static async Task RowAsync(string what, int times, Func<int, Task> call)
    {
        var took = new List<double>();
        for (var i = 0; i < times; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await call(i);
            took.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
        }

        Row(what, took);
    }

    private static void Row(string what, List<double> seconds) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {what} | {seconds.Count} | {Percentiles.Of(seconds, 0.5):0.000} | {Percentiles.Of(seconds, 0.95):0.000} "
        + $"| {seconds.Max():0.000} |"));
}
