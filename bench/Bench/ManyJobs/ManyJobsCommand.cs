using System.CommandLine;

namespace Cluster.Bench.ManyJobs;

/// <summary>
/// `bench many-jobs`: a silo on a folder of many jobs, its start and its calls over gRPC; or silos that run many jobs, and what they hold.
/// </summary>
internal static class ManyJobsCommand
{
    public static Command Create()
    {
        var jobs = new Option<int>("--jobs") { DefaultValueFactory = _ => 10_000, Description = "that are over, at least 100" };
        var unended = new Option<int>("--unended") { DefaultValueFactory = _ => 1000, Description = "that wait for a slot, besides" };
        var run = new Option<string?>("--run") { Description = "a synthetic target: the jobs run to their end, 8 at once" };
        var silos = new Option<int>("--silos") { DefaultValueFactory = _ => 1, Description = "that run them; several meet in PostgreSQL" };
        var command = new Command("many-jobs", "A silo with many jobs: its start, ListJobs, GetJob, DeleteJob.")
        {
            jobs, unended, run, silos,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var folder = Directory.CreateTempSubdirectory("cluster-many-jobs-");
            var count = Math.Max(100, parsed.GetValue(jobs));
            if (parsed.GetValue(run) is { } target)
            {
                await using var cluster = await SiloCluster.StartAsync(
                    parsed.GetValue(silos), folder.FullName, ["--devices", "cpu:2"], cancellation);
                await RunTrial.RunAsync(cluster, count, target, cancellation);
            }
            else
            {
                await StoredTrial.RunAsync(Path.Combine(folder.FullName, "data"), count, parsed.GetValue(unended), cancellation);
            }

            folder.Delete(recursive: true);
        });
        return command;
    }
}
