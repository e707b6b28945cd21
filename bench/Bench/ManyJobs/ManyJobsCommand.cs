using System.CommandLine;

namespace Cluster.Bench.ManyJobs;

/// <summary>`bench many-jobs`: a silo on a folder of many jobs, its start and its calls over gRPC.</summary>
internal static class ManyJobsCommand
{
    public static Command Create()
    {
        var jobs = new Option<int>("--jobs") { DefaultValueFactory = _ => 10_000, Description = "that are over, at least 100" };
        var unended = new Option<int>("--unended") { DefaultValueFactory = _ => 1000, Description = "that wait for a slot, besides" };
        var command = new Command("many-jobs", "A silo with many jobs: its start, ListJobs, GetJob, DeleteJob.") { jobs, unended };
        command.SetAction(async (parsed, cancellation) =>
        {
            var folder = Directory.CreateTempSubdirectory("cluster-many-jobs-");
            var count = Math.Max(100, parsed.GetValue(jobs));
            await StoredTrial.RunAsync(Path.Combine(folder.FullName, "data"), count, parsed.GetValue(unended), cancellation);
            folder.Delete(recursive: true);
        });
        return command;
    }
}
