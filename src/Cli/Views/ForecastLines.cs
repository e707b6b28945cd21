using Cluster.Coordinator.Search.Objectives;
using Cluster.Evaluation.SingleSteps.Forecast;

namespace Cluster.Cli.Views;

/// <summary>The output of `run --dry-run` for people.</summary>
internal static class ForecastLines
{
    /// <summary>Writes one after another, each with its target if there are several.</summary>
    public static void Write(IAnsiConsole console, IReadOnlyList<(JobOptions Options, JobForecast Forecast)> forecasts)
    {
        foreach (var (options, forecast) in forecasts)
        {
            if (forecasts.Count > 1)
            {
                CommandConsole.Line(console, $"Target:       {options.Target}");
            }

            WriteCost(console, forecast, options);
            if (forecasts.Count > 1)
            {
                CommandConsole.Line(console, "");
            }
        }

        CommandConsole.Line(console, "Nothing was written.");
    }

    private static void WriteCost(IAnsiConsole console, JobForecast forecast, JobOptions options)
    {
        void Line(string text) => CommandConsole.Line(console, text);
        Line($"Asked:        {BudgetWords.Question(options)}");
        if (forecast.Float32 is { } level)
        {
            Line($"FP32:         {options.Measure.Title()} {MetricFigures.Level(options.Measure, level)}");
        }

        Line($"Groups:       {forecast.Groups}, of which {forecast.Quantizable} may be quantized");
        Line($"Measurements: about {forecast.Measurements}, at most {forecast.MostMeasurements}{Budget(options)}");
        Line($"Images:       about {forecast.Images:N0} evaluations, at most {forecast.MostImages:N0}");
        Line(
            $"Time:         about {Time(forecast.Seconds)}, at most {Time(forecast.MostSeconds)} on this machine as busy as it is now, by "
            + $"one run of FP32 ({Figures.Milliseconds(forecast.Float32MsPerImage)} ms an image on one core)");
        Line(
            $"Memory:       at least {Figures.Bytes(forecast.LeastMemoryBytes)}: with the data opened and FP32 run once; calibration and "
            + "bias correction come on top");
        foreach (string doubt in forecast.Doubts)
        {
            Line($"But:          {doubt}");
        }

        if (options.Repair is not (null or RepairMethod.Never))
        {
            Line($"Learning before plans are tried ({JobLimits.Repair.Name}) is one measurement a format and method, and its time is "
                + "not counted.");
        }

        if (options.Reconstruct != ReconstructionMode.Never || options.FineTune is not (null or FineTuneMode.Never))
        {
            Line(
                "Learning after the search is not counted: --reconstruct never and --fine-tune never leave it out, --max-minutes ends it.");
        }
    }

    private static string Time(double seconds) => Figures.Duration(TimeSpan.FromSeconds(seconds));

    private static string Budget(JobOptions options) =>
        options.BudgetEvaluations is { } most
            ? $", of them at most {most} accuracies, the baselines among them"
            : " (--budget-evals and --max-minutes bound them)";
}
