using System.Diagnostics;
using System.Globalization;
using Cluster.Bench.Chaos;
using Cluster.Contract.V1;
using Cluster.Harness;
using Grpc.Core;
using Grpc.Net.Client;

namespace Cluster.Bench.ManyJobs;

/// <summary>Jobs over gRPC to one silo, each watched to its end.</summary>
internal sealed class ManyJobsTrial(ChaosSetup setup, string target, int inFlight)
{
    private const int Tenths = 10;
    private const int Repeats = 100;
    private const int Page = 100;

    public async Task RunAsync(int jobs, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("cluster-many-jobs-");
        using var silo = new SiloMember(1, setup, folder.FullName, identity: null);
        try
        {
            await StartAsync(silo, cancellation);
            using var channel = silo.Connect();
            var names = await EndAllAsync(silo, new JobService.JobServiceClient(channel), jobs, cancellation);
            await AskAsync(new JobService.JobServiceClient(channel), names, cancellation);
            await silo.DrainAsync(cancellation);
            var restarted = await TimeAsync(() => StartAsync(silo, cancellation));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"start with {jobs} jobs: {restarted / 1000:0.0} s until it is ready"));
        }
        finally
        {
            silo.Dispose();
            folder.Delete(recursive: true);
        }
    }

    private static async Task StartAsync(SiloMember silo, CancellationToken cancellation)
    {
        silo.Start();
        await silo.UntilReadyAsync(cancellation);
        await silo.UntilServingAsync(isServing: true, cancellation);
    }

    // Ends the jobs, tenth by tenth; their names.
    private async Task<string[]> EndAllAsync(
        SiloMember silo, JobService.JobServiceClient client, int jobs, CancellationToken cancellation)
    {
        var first = await ChaosCluster.SubmitOnceAsync(silo, target, Guid.NewGuid().ToString(), cancellation);
        var made = (await client.GetJobAsync(new GetJobRequest { Name = $"jobs/{first}" }, cancellationToken: cancellation)).Spec;
        var spec = new JobSpec { Model = made.Model, Calibration = made.Calibration, Target = target };
        List<string> names = [$"jobs/{first}"];
        Console.WriteLine("| jobs that ended | a second | silo's CPU ms a job | its MB | load |\n|---|---|---|---|---|");
        for (var tenth = 1; tenth <= Tenths; tenth++)
        {
            var count = (jobs * tenth / Tenths) - names.Count;
            var processor = Processor(silo);
            var seconds = await TimeAsync(async () => names.AddRange(await EndAsync(client, spec, count, cancellation))) / 1000;
            var load = await ChaosCommand.LoadAsync(cancellation);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {names.Count} | {count / seconds:0.0} | {(Processor(silo) - processor).TotalMilliseconds / count:0.0} "
                + $"| {Resident(silo) / 1e6:0} | {load} |"));
        }

        return [.. names];
    }

    private async Task<string[]> EndAsync(JobService.JobServiceClient client, JobSpec spec, int count, CancellationToken cancellation)
    {
        var names = new string[count];
        await Parallel.ForAsync(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = inFlight, CancellationToken = cancellation },
            async (i, stop) => names[i] = await EndOneAsync(client, spec, stop));
        return names;
    }

    private static async Task<string> EndOneAsync(JobService.JobServiceClient client, JobSpec spec, CancellationToken cancellation)
    {
        var request = new CreateJobRequest { DisplayName = "one of many", Spec = spec, RequestId = Guid.NewGuid().ToString() };
        var name = (await client.CreateJobAsync(request, cancellationToken: cancellation)).Job.Name;
        using var watch = client.WatchJob(new WatchJobRequest { Name = name }, cancellationToken: cancellation);
        while (await watch.ResponseStream.MoveNext(cancellation))
        {
            // The stream ends with the job.
        }

        var job = await client.GetJobAsync(new GetJobRequest { Name = name }, cancellationToken: cancellation);
        return job.State == JobState.Succeeded ? name : throw new InvalidOperationException($"{name} is {job.State}: {job}");
    }

    private static async Task AskAsync(JobService.JobServiceClient client, string[] names, CancellationToken cancellation)
    {
        Console.WriteLine("| call | times | p50 ms | p95 ms | max ms |\n|---|---|---|---|---|");
        await RowAsync("ListJobs, the newest 100", 20, _ => client.ListJobsAsync(
            new ListJobsRequest { PageSize = Page }, cancellationToken: cancellation).ResponseAsync);
        await RowAsync("ListJobs, all, pages of 1000", 3, _ => ListAllAsync(client, cancellation));
        await RowAsync("GetJob", Repeats, i => client.GetJobAsync(
            new GetJobRequest { Name = names[i * names.Length / Repeats] }, cancellationToken: cancellation).ResponseAsync);
        await RowAsync("DeleteJob", Math.Min(Repeats, names.Length), i => client.DeleteJobAsync(
            new DeleteJobRequest { Name = names[i] }, cancellationToken: cancellation).ResponseAsync);
    }

    private static async Task ListAllAsync(JobService.JobServiceClient client, CancellationToken cancellation)
    {
        var request = new ListJobsRequest { PageSize = 1000 };
        do
        {
            request.PageToken = (await client.ListJobsAsync(request, cancellationToken: cancellation)).NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    private static async Task RowAsync(string call, int times, Func<int, Task> ask)
    {
        var took = new List<double>();
        for (var i = 0; i < times; i++)
        {
            took.Add(await TimeAsync(() => ask(i)));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {call} | {times} | {Percentiles.Of(took, 0.5):0.0} | {Percentiles.Of(took, 0.95):0.0} | {took.Max():0.0} |"));
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var began = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private static TimeSpan Processor(SiloMember silo)
    {
        using var process = Process.GetProcessById(silo.ProcessId);
        return process.TotalProcessorTime;
    }

    private static long Resident(SiloMember silo)
    {
        using var process = Process.GetProcessById(silo.ProcessId);
        return process.WorkingSet64;
    }
}
