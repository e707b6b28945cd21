using Cluster.Coordinator.Search;
using Cluster.Evaluation.SingleSteps.Forecast;

namespace Cluster.Cli.Verbs.Running;

/// <summary>
/// `cluster run --dry-run`: each target's job as it begins, with FP32 scored and the data looked at, and what the rest would cost; nothing
/// is written.
/// </summary>
internal static class DryRun
{
    public static async Task<int> RunAsync(
        IReadOnlyList<JobRequest> requests, InvocationConfiguration streams, bool json, CancellationToken cancellation)
    {
        var forecasts = new List<(JobOptions Options, JobForecast Forecast)>();
        foreach (var request in requests)
        {
            OutputPlace.RequireWritable(request.Output);
            var folder = Directory.CreateTempSubdirectory("cluster-dry-run-");
            try
            {
                using var job = OpenedJob.Describe(
                    request.Inputs, request.Options, JobFolder.CalibrationIn(folder.FullName), WorkingMemory.Of(request.Memory));
                RequireFree(request, job.Spec);
                var (_, labels) = LocalJob.GivenFiles(request, job);
                bool isTimed = request.LatencyTable is null;
                await JobNotes.WriteAsync(streams.Error, job, isTimed: isTimed);
                var forecast = JobForecast.Of(job, isTimed, labels?.Count ?? 0, cancellation);
                var float32 = await JobBeginning.RunAsync(job, folder.FullName, cancellation);
                forecasts.Add((job.Spec.Options, forecast with { Float32 = Level(job, float32) }));
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }

        object report = forecasts is [var only]
            ? only.Forecast
            : new { Targets = forecasts.Select(one => new { one.Options.Target, one.Forecast }) };
        await CommandReport.WriteAsync(streams.Output, json, report, (console, _) => ForecastLines.Write(console, forecasts));
        return ExitCode.Done;
    }

    // Without labels FP32 only agrees with itself, and it has no distance from its own outputs.
    private static double? Level(OpenedJob job, AccuracyResult? float32)
    {
        var metric = job.Spec.Options.Measure;
        bool hasNone = metric.Scale().Unit is MetricUnit.Nats or MetricUnit.Decibels
            || (metric.CountsImages() && !job.Data.Evaluation.Images.HasLabels);
        return hasNone ? null : float32?.Level;
    }

    // As the job itself would refuse it, without making the folder.
    private static void RequireFree(JobRequest request, JobSpec spec)
    {
        string journal = Path.Combine(request.Output, JobFolder.JournalName);
        if (!request.Fresh && File.Exists(journal) && JobState.Fold(FileJournal.ReadOnly(journal).Select(line => line.Event)) is { } known)
        {
            JobSpecDifferences.RequireNone(known.JobId, known.Spec, spec);
        }
    }
}

/// <summary>Notes on a job before any of its work, one line each.</summary>
internal static class JobNotes
{
    /// <param name="machine">A warning about the machine, if there is one.</param>
    /// <param name="isTimed">Whether the job times plans, instead of reading their times from a table.</param>
    public static async Task WriteAsync(TextWriter error, OpenedJob job, string? machine = null, bool isTimed = true)
    {
        if (isTimed)
        {
            await error.WriteLineAsync($"cluster: {Timed(job.Spec.Options)}");
        }

        foreach (string warning in job.Warnings.Concat(new[] { machine }.OfType<string>()))
        {
            await error.WriteLineAsync($"cluster: warning: {warning}");
        }

        if (job.Network.Widened is { } narrow)
        {
            await error.WriteLineAsync($"cluster: parts of the network compute in {InspectTables.Widened(narrow)}");
        }

        foreach (string reading in job.Data.Readings)
        {
            await error.WriteLineAsync($"cluster: {reading}");
        }

        if (job.Decides is { } decides)
        {
            await error.WriteLineAsync($"cluster: {decides}");
        }
    }

    private static string Timed(JobOptions options) =>
        $"timing runs of {options.Batch} {(options.Batch == 1 ? "image" : "images")} on {options.Threads} "
        + $"{(options.Threads == 1 ? "thread" : "threads")}: set {JobLimits.Batch.Name} and {JobLimits.Threads.Name} to what you will run";
}
