using Cluster.Evaluation.SingleSteps.Forecast;

namespace Cluster.Cli.Verbs.Running;

/// <summary>`cluster run --dry-run`: what each target's job would cost; nothing is written.</summary>
internal static class DryRun
{
    public static async Task<int> RunAsync(
        IReadOnlyList<JobRequest> requests, InvocationConfiguration streams, bool json, CancellationToken cancellation)
    {
        var forecasts = new List<(JobOptions Options, JobForecast Forecast)>();
        foreach (var request in requests)
        {
            using var job = OpenedJob.Describe(request.Inputs, request.Options, JobFolder.CalibrationIn(request.Output));
            await JobNotes.WriteAsync(streams.Error, job);
            forecasts.Add((job.Spec.Options, JobForecast.Of(job, cancellation)));
        }

        object report = forecasts is [var only]
            ? only.Forecast
            : new { Targets = forecasts.Select(one => new { one.Options.Target, one.Forecast }) };
        await CommandReport.WriteAsync(streams.Output, json, report, (console, _) => ForecastLines.Write(console, forecasts));
        return ExitCode.Done;
    }
}
