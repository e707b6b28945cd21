using System.CommandLine;

namespace Cluster.Bench.ManyJobs;

/// <summary>
/// `bench many-jobs`: a silo on a folder of many jobs, its start and its calls over gRPC; `--ending`: many small jobs one after the
/// other in one silo, and what it holds.
/// </summary>
internal static class ManyJobsCommand
{
    public static Command Create()
    {
        var jobs = new Option<int>("--jobs") { DefaultValueFactory = _ => 10_000, Description = "that are over, at least 100" };
        var unended = new Option<int>("--unended") { DefaultValueFactory = _ => 1000, Description = "that wait for a slot, besides" };
        var ending = new Option<bool>("--ending") { Description = "instead: so many small jobs are submitted and end" };
        var inFlight = new Option<int>("--in-flight") { DefaultValueFactory = _ => 8, Description = "jobs at once, with --ending" };
        var command = new Command("many-jobs", "A silo with many jobs: its start, ListJobs, GetJob, DeleteJob; or its memory as they end.")
        {
            jobs, unended, ending, inFlight,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var folder = Directory.CreateTempSubdirectory("cluster-many-jobs-");
            var count = Math.Max(100, parsed.GetValue(jobs));
            await (parsed.GetValue(ending)
                ? EndingTrial.RunAsync(Path.Combine(folder.FullName, "data"), count, parsed.GetValue(inFlight), cancellation)
                : StoredTrial.RunAsync(Path.Combine(folder.FullName, "data"), count, parsed.GetValue(unended), cancellation));
            folder.Delete(recursive: true);
        });
        return command;
    }
}
