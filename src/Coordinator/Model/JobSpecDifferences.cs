using System.Globalization;
using Cluster.Coordinator.Model.Options;

namespace Cluster.Coordinator.Model;

/// <summary>What two jobs were asked differently, in words: the refusal of another job's folder names it.</summary>
internal static class JobSpecDifferences
{
    private const string None = "none";

    /// <summary>One entry for each part that differs, values as "stored here, asked there"; empty for equal specs.</summary>
    /// <param name="stored">The spec in the journal.</param>
    /// <param name="asked">The spec that was asked for now.</param>
    public static IReadOnlyList<string> Of(JobSpec stored, JobSpec asked)
    {
        var (before, after) = (stored.Versions, asked.Versions);
        string?[] all =
        [
            Content("the model", stored.ModelDigest, asked.ModelDigest),
            Content("the calibration data", stored.Data.Calibration, asked.Data.Calibration),
            Content(
                stored.Options.MetricCommand is null ? "the evaluation data" : "the evaluation data or what judges it",
                stored.Data.Evaluation,
                asked.Data.Evaluation),
            Content("the test data", stored.Data.Test, asked.Data.Test),
            Content("the training data", stored.Data.Training, asked.Data.Training),
            Value("--target", stored.Options.Target, asked.Options.Target),
            Value(JobLimits.Methods.Name, string.Join(',', stored.Options.Methods), string.Join(',', asked.Options.Methods)),
            Value(JobLimits.Calibrators.Name, Scope(stored.Options), Scope(asked.Options)),
            Value(JobLimits.KeepFloat32.Name, List(stored.Options.KeepFloat32), List(asked.Options.KeepFloat32)),
            Value(JobLimits.Only.Name, List(stored.Options.Only), List(asked.Options.Only)),
            Value(JobLimits.Formats.Name, List(stored.Options.Formats), List(asked.Options.Formats)),
            Metric(stored.Options, asked.Options),
            Value(JobLimits.MaxDrop.Name, stored.Options.MaxDrop, asked.Options.MaxDrop),
            .. Bounds(stored.Options, asked.Options),
            Value(JobLimits.MaxDropRelative.Name, stored.Options.MaxDropRelative, asked.Options.MaxDropRelative),
            Value(JobLimits.Goal.Name, Word(stored.Options.Goal), Word(asked.Options.Goal)),
            Value(JobLimits.LatencyBudget.Name, stored.Options.LatencyBudgetMs, asked.Options.LatencyBudgetMs),
            Value(JobLimits.SizeBudget.Name, stored.Options.SizeBudgetBytes, asked.Options.SizeBudgetBytes),
            Value(JobLimits.BopsBudget.Name, stored.Options.BopsBudget, asked.Options.BopsBudget),
            Value(JobLimits.KeepFiles.Name, Word(stored.Options.KeepFiles), Word(asked.Options.KeepFiles)),
            Value(JobLimits.AlsoExport.Name, Word(stored.Options.AlsoExport), Word(asked.Options.AlsoExport)),
            Value(JobLimits.Confidence.Name, stored.Options.Confidence, asked.Options.Confidence),
            Value(JobLimits.BudgetEvaluations.Name, stored.Options.BudgetEvaluations, asked.Options.BudgetEvaluations),
            Value(JobLimits.Strategy.Name, Strategy(stored.Options), Strategy(asked.Options)),
            Value(JobLimits.AnnealSchedule.Name, Cooling(stored.Options), Cooling(asked.Options)),
            Value(JobLimits.Scores.Name, Scores(stored.Options), Scores(asked.Options)),
            Value(JobLimits.Equalize.Name, Equalize(stored.Options), Equalize(asked.Options)),
            Value(JobLimits.Repair.Name, Mode(stored.Options.Repair), Mode(asked.Options.Repair)),
            Value(JobLimits.RepairIterations.Name, stored.Options.RepairIterations, asked.Options.RepairIterations),
            Value(JobLimits.FirstPlan.Name, stored.Options.FirstPlan, asked.Options.FirstPlan),
            Value(JobLimits.Batch.Name, stored.Options.Batch, asked.Options.Batch),
            Value(JobLimits.Threads.Name, stored.Options.Threads, asked.Options.Threads),
            Value(JobLimits.Seed.Name, stored.Options.Seed, asked.Options.Seed),
            Value(JobLimits.FineTune.Name, Mode(stored.Options.FineTune), Mode(asked.Options.FineTune)),
            Value(JobLimits.Epochs.Name, stored.Options.Epochs, asked.Options.Epochs),
            Value(JobLimits.Reconstruct.Name, Mode(stored.Options.Reconstruct), Mode(asked.Options.Reconstruct)),
            Value(JobLimits.ReconstructIterations.Name, stored.Options.ReconstructIterations, asked.Options.ReconstructIterations),
            Value("the numerics", before.Numerics, after.Numerics),
            Value("the runtime", before.Runtime, after.Runtime),
            Value("the instruction set", before.InstructionSet, after.InstructionSet),
            Value("the device", before.Device, after.Device),
        ];
        return [.. all.OfType<string>()];
    }

    // Another command may be another metric, and is said alone.
    private static string? Metric(JobOptions stored, JobOptions asked) => stored.MetricCommand == asked.MetricCommand
        ? Value(JobLimits.Metric.Name, stored.Measure.Word(), asked.Measure.Word())
        : Value(JobLimits.MetricCommand.Name, stored.MetricCommand, asked.MetricCommand);

    // Another metric has another bound: it is said alone.
    private static IEnumerable<string?> Bounds(JobOptions stored, JobOptions asked) => stored.Measure != asked.Measure ? [] :
    [
        Value(JobLimits.MaxKl.Name, stored.MaxKl, asked.MaxKl),
        Value(JobLimits.MinSqnr.Name, stored.MinSqnr, asked.MinSqnr),
        Value(JobLimits.MaxRmseRise.Name, stored.MaxRmseRise, asked.MaxRmseRise),
        Value(JobLimits.MaxMetricDrop.Name, stored.MaxMetricDrop, asked.MaxMetricDrop),
    ];

    // Digests say nothing to people, beyond whether there is something.
    private static string? Content(string what, string? stored, string? asked) =>
        string.Equals(stored, asked, StringComparison.Ordinal) ? null
        : stored is null ? $"{what} (none there, some asked)"
        : asked is null ? $"{what} (some there, none asked)"
        : what;

    private static string? Value<T>(string what, T stored, T asked) =>
        EqualityComparer<T>.Default.Equals(stored, asked) ? null : $"{what} ({Text(stored)} there, {Text(asked)} asked)";

    private static string Text<T>(T value) => value is null ? None : Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static string Strategy(JobOptions options) => (options.Strategy ?? StrategyKind.Greedy).ToString().ToLowerInvariant();

    private static string Cooling(JobOptions options) =>
        (options.AnnealSchedule ?? TemperatureSchedule.Exponential).ToString().ToLowerInvariant();

    private static string Equalize(JobOptions options) => (options.Equalize ?? ChannelScaling.Off).ToString().ToLowerInvariant();

    private static string Scope(JobOptions options) => (options.Calibrators ?? CalibratorScope.Network).ToString().ToLowerInvariant();

    private static string Scores(JobOptions options) => (options.Scores ?? ScoreSource.Sweep).ToString().ToLowerInvariant();

    private static string? List(IReadOnlyList<string>? patterns) => patterns is null ? null : string.Join(',', patterns);

    private static string? Word<T>(T? choice)
        where T : struct, Enum => choice?.ToString().ToLowerInvariant();

    private static string Mode<T>(T? mode)
        where T : struct, Enum => mode is { } given ? given.ToString().ToLowerInvariant() : "never";
}
