using System.CommandLine;
using Cluster.Networks.Runtimes.Timing;

namespace Cluster.Bench.Jobs;

/// <summary>`bench job-stages`: where finished jobs spent images and seconds, and what a perfect prior could save of them.</summary>
internal static class StagesCommand
{
    public static Command Create()
    {
        var folders = new Argument<string[]>("OUT") { Arity = ArgumentArity.OneOrMore, Description = "output folders of `run`" };
        var command = new Command("job-stages", "Where jobs spent images and seconds, and what a perfect prior could save.") { folders };
        command.SetAction(parsed =>
        {
            var jobs = parsed.GetRequiredValue(folders).Select(folder => (Folder: folder, Stages: JobStages.Read(folder))).ToArray();
            JobStage[] shown = Enum.GetValues<JobStage>();
            Console.WriteLine(
                $"| job | images: {nameof(JobStage.Float32)}, {nameof(JobStage.EarlyLooks)}, {nameof(JobStage.OtherLooks)}, "
                + $"{nameof(JobStage.Winner)} | at most saved, % | seconds: {string.Join(", ", shown)} | at most saved, % "
                + "| calibrators and sweep, % |");
            Console.WriteLine("|---|---|---|---|---|---|");
            foreach (var (folder, stages) in jobs)
            {
                var images = new[] { JobStage.Float32, JobStage.EarlyLooks, JobStage.OtherLooks, JobStage.Winner }
                    .Select(stage => $"{stages.Images.GetValueOrDefault(stage):N0}");
                var seconds = shown.Select(stage => $"{stages.Seconds.GetValueOrDefault(stage):F1}");
                Console.WriteLine(
                    $"| {folder} | {string.Join(", ", images)} | {100 * stages.ImageBound:F0} | {string.Join(", ", seconds)} "
                    + $"| {100 * stages.TimeBound:F0} | {100 * stages.UnlabelledTime:F0} |");
            }

            Console.WriteLine(
                $"| median | | {100 * LatencyStatistics.Median(jobs.Select(job => job.Stages.ImageBound)):F0} | "
                + $"| {100 * LatencyStatistics.Median(jobs.Select(job => job.Stages.TimeBound)):F0} "
                + $"| {100 * LatencyStatistics.Median(jobs.Select(job => job.Stages.UnlabelledTime)):F0} |");
        });
        return command;
    }
}
