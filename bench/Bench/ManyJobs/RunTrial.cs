using System.Diagnostics;
using System.Globalization;
using Cluster.Bench.Chaos;
using Cluster.Contract.V1;
using Cluster.Harness;
using Grpc.Core;

namespace Cluster.Bench.ManyJobs;

/// <summary>Jobs that run to their end, some at once: what the silos hold every hundred.</summary>
internal static class RunTrial
{
    private const int AtOnce = 8;
    private const int Row = 100;

    /// <param name="cluster">Runs them.</param>
    /// <param name="jobs">How many.</param>
    /// <param name="target">Of all.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task RunAsync(SiloCluster cluster, int jobs, string target, CancellationToken cancellation)
    {
        using var channel = cluster.Connect();
        var calls = new JobService.JobServiceClient(channel);
        var spec = new JobSpec
        {
            Model = await Uploads.SendAsync(channel, [1], new CallOptions(cancellationToken: cancellation)),
            Calibration = new DataSet { Spec = "folder:/nothing" },
            Target = target,
            Strategy = SearchStrategy.Greedy,
        };
        Console.WriteLine("| jobs over | minutes | evaluations | MB of each silo | load |\n|---|---|---|---|---|");
        var began = Stopwatch.GetTimestamp();
        var (over, evaluations) = (0, 0L);
        await Write();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, jobs),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (_, stop) =>
            {
                var request = new CreateJobRequest { Spec = spec, RequestId = $"{Guid.NewGuid()}" };
                var job = (await calls.CreateJobAsync(request, cancellationToken: stop)).Job;
                while (job.State is not (JobState.Succeeded or JobState.Failed))
                {
                    await Task.Delay(200, stop);
                    job = await calls.GetJobAsync(new GetJobRequest { Name = job.Name }, cancellationToken: stop);
                }

                if (job.State == JobState.Failed)
                {
                    throw new InvalidOperationException($"{job.Name} failed: {job.Reason}");
                }

                Interlocked.Add(ref evaluations, job.Progress?.Done ?? 0);
                if (Interlocked.Increment(ref over) % Row == 0)
                {
                    await Write();
                }
            });

        async Task Write()
        {
            var load = await ChaosCommand.LoadAsync(cancellation);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {over} | {Stopwatch.GetElapsedTime(began).TotalMinutes:0.0} | {evaluations} | {cluster.Megabytes()} | {load} |"));
        }
    }
}
