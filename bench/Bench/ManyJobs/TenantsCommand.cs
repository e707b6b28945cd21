using System.CommandLine;
using System.Diagnostics;
using Cluster.Contract.V1;
using Cluster.Harness;
using Grpc.Core;

namespace Cluster.Bench.ManyJobs;

/// <summary>`bench tenants`: how long a tenant's one job takes alone, and among many jobs of another tenant.</summary>
internal static class TenantsCommand
{
    private const string Many = "many";
    private const string One = "one";
    private const int AtOnce = 8;

    public static Command Create()
    {
        var jobs = new Option<int>("--jobs") { DefaultValueFactory = _ => 500, Description = "of the other tenant" };
        var slots = new Option<int>("--slots") { DefaultValueFactory = _ => 6, Description = "of each silo" };
        var silos = new Option<int>("--silos") { DefaultValueFactory = _ => 1, Description = "more than one meet in PostgreSQL" };
        var target = new Option<string>("--target")
        {
            DefaultValueFactory = _ => "synthetic:groups=12,ms=100..200",
            Description = "of all jobs",
        };
        var minutes = new Option<int>("--minutes") { DefaultValueFactory = _ => 8, Description = "for the one job among them, at most" };
        var command = new Command("tenants", "One job of a tenant, alone and among many of another.")
        {
            jobs, slots, silos, target, minutes,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var folder = Directory.CreateTempSubdirectory("cluster-tenants-");
            string tokens = Path.Combine(folder.FullName, "tokens");
            await File.WriteAllLinesAsync(tokens, new[] { Many, One }.Select(Line), cancellation);
            await using (var cluster = await SiloCluster.StartAsync(
                parsed.GetValue(silos),
                folder.FullName,
                ["--devices", $"cpu:{parsed.GetValue(slots)}", "--in-process", "--tokens", tokens],
                cancellation))
            {
                using var channel = cluster.Connect();
                var calls = new JobService.JobServiceClient(channel);
                var spec = new JobSpec
                {
                    Model = await Uploads.SendAsync(channel, "nothing is read of it"u8.ToArray(), Call(Many, cancellation)),
                    Calibration = new DataSet { Spec = "folder:/nothing" },
                    Target = parsed.GetValue(target),
                    Strategy = SearchStrategy.Greedy,
                };
                await Uploads.SendAsync(channel, "nothing is read of it"u8.ToArray(), Call(One, cancellation));

                Console.WriteLine("| one job | s | state | evaluations | jobs over of the other tenant | validation before it, s |");
                Console.WriteLine("|---|---|---|---|---|---|");
                await RowAsync("alone", calls, spec, TimeSpan.FromMinutes(parsed.GetValue(minutes)), cancellation);
                await Parallel.ForEachAsync(
                    Enumerable.Range(0, parsed.GetValue(jobs)),
                    new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
                    async (_, stop) => await calls.CreateJobAsync(Request(spec), Call(Many, stop)));
                await RowAsync($"among {parsed.GetValue(jobs)}", calls, spec, TimeSpan.FromMinutes(parsed.GetValue(minutes)), cancellation);
            }

            folder.Delete(recursive: true);
        });
        return command;
    }

    private static async Task RowAsync(
        string what, JobService.JobServiceClient calls, JobSpec spec, TimeSpan limit, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        await calls.CreateJobAsync(new CreateJobRequest { Spec = spec, ValidateOnly = true }, Call(One, cancellation));
        var validated = Stopwatch.GetElapsedTime(began);
        began = Stopwatch.GetTimestamp();
        var job = (await calls.CreateJobAsync(Request(spec), Call(One, cancellation))).Job;
        while (job.State is not (JobState.Succeeded or JobState.Failed) && Stopwatch.GetElapsedTime(began) < limit)
        {
            await Task.Delay(100, cancellation);
            job = await calls.GetJobAsync(new GetJobRequest { Name = job.Name }, Call(One, cancellation));
        }

        var took = Stopwatch.GetElapsedTime(began);
        var over = await calls.ListJobsAsync(
            new ListJobsRequest { PageSize = 1000, States = { JobState.Succeeded } }, Call(Many, cancellation));
        Console.WriteLine(
            $"| {what} | {took.TotalSeconds:0.0} | {job.State} | {job.Progress.Done} | {over.Jobs.Count} | {validated.TotalSeconds:0.0} |");
    }

    private static CreateJobRequest Request(JobSpec spec) => new() { Spec = spec, RequestId = $"{Guid.NewGuid()}" };

    private static CallOptions Call(string tenant, CancellationToken cancellation) =>
        new(new Metadata { { "authorization", $"Bearer {tenant}" } }, cancellationToken: cancellation);

    private static string Line(string tenant) =>
        $"name={tenant} role=submit tenant={tenant} sha256={Uploads.Digest(System.Text.Encoding.UTF8.GetBytes(tenant))}";
}
