using System.CommandLine;
using System.Diagnostics;
using Cluster.Contract.V1;
using Cluster.Harness;
using Grpc.Core;

namespace Cluster.Bench.ManyJobs;

/// <summary>`bench overhead`: one job by a silo over gRPC, beside the same by the loop alone with as many workers.</summary>
internal static class OverheadCommand
{
    private static readonly Option<string> Target = new("--target")
    {
        DefaultValueFactory = _ => "synthetic:groups=62,sensitive=18,ms=50..50",
        Description = "of the job: how many candidates it has, and how long each takes",
    };
    private static readonly Option<int> Slots = new("--slots")
    {
        DefaultValueFactory = _ => 2,
        Description = "of the silo; as many workers",
    };
    private static readonly Option<int> Repeats = new("--repeats") { DefaultValueFactory = _ => 5, Description = "of both, in turn" };
    private static readonly Option<bool> Postgres = new("--postgres") { Description = "jobs and journals in PostgreSQL instead of files" };
    private static readonly Option<bool> Children = new("--children") { Description = "a child process a slot, as a silo usually has" };

    public static Command Create()
    {
        var command = new Command("overhead", "One job by a silo over gRPC, beside the same by the loop alone.")
        {
            Target, Slots, Repeats, Postgres, Children,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            int slots = parsed.GetValue(Slots);
            var folder = Directory.CreateTempSubdirectory("cluster-overhead-");
            string[] inProcess = parsed.GetValue(Children) ? [] : ["--in-process"];
            await using (var cluster = await SiloCluster.StartAsync(
                1, folder.FullName, ["--devices", $"cpu:{slots}", .. inProcess], cancellation, parsed.GetValue(Postgres)))
            {
                using var channel = cluster.Connect();
                var spec = new JobSpec
                {
                    Model = await Uploads.SendAsync(channel, [1], new CallOptions(cancellationToken: cancellation)),
                    Calibration = new DataSet { Spec = "folder:/nothing" },
                    Target = parsed.GetValue(Target),
                    Strategy = SearchStrategy.Greedy,
                };
                await RunAsync(channel, spec, folder.FullName, slots, parsed.GetValue(Repeats), cancellation);
            }

            folder.Delete(recursive: true);
        });
        return command;
    }

    private static async Task RunAsync(
        ChannelBase channel, JobSpec spec, string folder, int workers, int repeats, CancellationToken cancellation)
    {
        var calls = new JobService.JobServiceClient(channel);
        var (silo, alone) = (new List<double>(), new List<double>());
        Console.WriteLine("| run | candidates | silo, s | loop alone, s | ratio |\n|---|---|---|---|---|");

        // The first opens connections and has code compiled.
        for (int run = 0; run <= repeats; run++)
        {
            var (remote, remotely) = await SubmitAsync(calls, spec, cancellation);
            var (local, locally) = await LoopTrial.RunAsync(spec, Path.Combine(folder, $"loop{run}"), workers, cancellation);
            if (remotely != locally)
            {
                throw new InvalidOperationException($"The silo did {remotely} and the loop {locally}: they are to do the same job.");
            }

            if (run > 0)
            {
                silo.Add(remote.TotalSeconds);
                alone.Add(local.TotalSeconds);
                Console.WriteLine(
                    $"| {run} | {remotely} | {remote.TotalSeconds:0.000} | {local.TotalSeconds:0.000} | {remote / local:0.000} |");
            }
        }

        Console.WriteLine($"| median | | {Median(silo):0.000} | {Median(alone):0.000} | {Median(silo) / Median(alone):0.000} |");
    }

    private static async Task<(TimeSpan Took, int Done)> SubmitAsync(
        JobService.JobServiceClient calls, JobSpec spec, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        var job = (await calls.CreateJobAsync(new CreateJobRequest { Spec = spec }, cancellationToken: cancellation)).Job;
        using var watch = calls.WatchJob(new WatchJobRequest { Name = job.Name }, cancellationToken: cancellation);
        while (await watch.ResponseStream.MoveNext(cancellation))
        {
            // To its end.
        }

        var took = Stopwatch.GetElapsedTime(began);
        job = await calls.GetJobAsync(new GetJobRequest { Name = job.Name }, cancellationToken: cancellation);
        return job.State == JobState.Succeeded
            ? (took, job.Progress.Done)
            : throw new InvalidOperationException($"{job.Name} is {job.State}: {job.Reason}");
    }

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
