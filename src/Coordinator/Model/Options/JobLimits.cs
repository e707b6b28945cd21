using Cluster.Plans;

namespace Cluster.Coordinator.Model.Options;

/// <summary>
/// The limits of a job's options: one for each property of <see cref="JobOptions"/> that has one, checked alike by command line, client and
/// server.
/// </summary>
public static class JobLimits
{
    /// <summary>The most iterations a block that may be asked for.</summary>
    public const int MostIterations = 100_000;

    /// <summary>The most images per run: memory for a batch is allocated before anything is measured.</summary>
    public const int MostBatch = 4096;

    /// <summary>The most threads of the runtime, more than any supported processor has.</summary>
    public const int MostThreads = 1024;

    /// <summary>What is written behind a loss that is a share of what FP32 has: "1%-of-fp32".</summary>
    public const string OfFloat32 = "-of-fp32";

    /// <summary>Limit of <see cref="JobOptions.Methods"/>.</summary>
    public static JobLimit<IReadOnlyList<string>> Methods { get; } = new(
        nameof(JobOptions.Methods), "--methods", IsDistinct, "at least one calibrator, each once,", "correct the list");

    /// <summary>Limit of <see cref="JobOptions.Calibrators"/>.</summary>
    public static JobLimit<CalibratorScope> Calibrators { get; } = new(
        nameof(JobOptions.Calibrators), "--calibrators", Enum.IsDefined, "group or network", "choose one of them", "network");

    /// <summary>Limit of <see cref="JobOptions.KeepFloat32"/>.</summary>
    public static JobLimit<IReadOnlyList<string>> KeepFloat32 { get; } = new(
        nameof(JobOptions.KeepFloat32), "--keep-fp32", ArePatterns, "at least one name or pattern, none of them empty,",
        "correct the list");

    /// <summary>Limit of <see cref="JobOptions.Only"/>.</summary>
    public static JobLimit<IReadOnlyList<string>> Only { get; } = new(
        nameof(JobOptions.Only), "--only", ArePatterns, "at least one name or pattern, none of them empty,", "correct the list");

    /// <summary>Limit of <see cref="JobOptions.Formats"/>.</summary>
    public static JobLimit<IReadOnlyList<string>> Formats { get; } = new(
        nameof(JobOptions.Formats), "--formats", AreFormats, "different formats besides float32, int8 or int8-safe among them,",
        "correct the list");

    /// <summary>Limit of <see cref="JobOptions.Metric"/>.</summary>
    public static JobLimit<MetricKind> Metric { get; } = new(
        nameof(JobOptions.Metric),
        "--metric",
        Enum.IsDefined,
        "top1, top5, output-kl, output-sqnr, rmse, map50, map50-95, score or loss",
        "choose one of them");

    /// <summary>Limit of <see cref="JobOptions.MaxDrop"/>; by the metric, see <see cref="JobOptions.DropFault"/>.</summary>
    public static JobLimit<double> MaxDrop { get; } = new(
        nameof(JobOptions.MaxDrop), "--max-drop", double.IsFinite, "a finite number", "0.5% is usual of accuracies");

    /// <summary>Limit of <see cref="JobOptions.MetricCommand"/>.</summary>
    public static JobLimit<string> MetricCommand { get; } = new(
        nameof(JobOptions.MetricCommand), "--metric-command", command => !string.IsNullOrWhiteSpace(command), "a command of the shell",
        "\"python3 score.py\" is one");

    /// <summary>Limit of <see cref="JobOptions.Goal"/>.</summary>
    public static JobLimit<SearchGoal> Goal { get; } = new(
        nameof(JobOptions.Goal), "--goal", Enum.IsDefined, "fastest, front, or accurate with a budget,", "choose one of them");

    /// <summary>Limit of <see cref="JobOptions.LatencyBudgetMs"/>.</summary>
    public static JobLimit<double> LatencyBudget { get; } = new(
        nameof(JobOptions.LatencyBudgetMs), "--latency-budget", IsAmount, "a time above 0", "write 2ms or 800us");

    /// <summary>Limit of <see cref="JobOptions.SizeBudgetBytes"/>.</summary>
    public static JobLimit<long> SizeBudget { get; } = new(
        nameof(JobOptions.SizeBudgetBytes), "--size-budget", bytes => bytes is > 0 and < 1L << 53, "a size above 0", "write 5MB or 600kB");

    /// <summary>Limit of <see cref="JobOptions.BopsBudget"/>.</summary>
    public static JobLimit<long> BopsBudget { get; } = new(
        nameof(JobOptions.BopsBudget), "--bops-budget", count => count is > 0 and < 1L << 53, "a number above 0", "write 2.5G or 800M");

    /// <summary>Limit of <see cref="JobOptions.KeepFiles"/>.</summary>
    public static JobLimit<KeptFiles> KeepFiles { get; } = new(
        nameof(JobOptions.KeepFiles), "--keep-files", Enum.IsDefined, "winner or front", "choose one of them", "winner");

    /// <summary>Limit of <see cref="JobOptions.AlsoExport"/>.</summary>
    public static JobLimit<ExtraExport> AlsoExport { get; } = new(
        nameof(JobOptions.AlsoExport), "--also-export", Enum.IsDefined, "tensorrt or paddle", "choose one of them");

    /// <summary>Limit of <see cref="JobOptions.Confidence"/>.</summary>
    public static JobLimit<double> Confidence { get; } = new(
        nameof(JobOptions.Confidence), "--confidence", share => share is > 0.5 and < 1, "a number above 0.5 and below 1", "0.95 is usual");

    /// <summary>Limit of <see cref="JobOptions.BudgetEvaluations"/>.</summary>
    public static JobLimit<int> BudgetEvaluations { get; } = new(
        nameof(JobOptions.BudgetEvaluations), "--budget-evals", count => count >= 1, "at least 1", "leave it out for no limit");

    /// <summary>Limit of <see cref="JobOptions.MaxMinutes"/>.</summary>
    public static JobLimit<double> MaxMinutes { get; } = new(
        nameof(JobOptions.MaxMinutes), "--max-minutes", minutes => minutes >= 0 && double.IsFinite(minutes), "a number from 0",
        "leave it out for no limit");

    /// <summary>Limit of <see cref="JobOptions.Strategy"/>.</summary>
    public static JobLimit<StrategyKind> Strategy { get; } = new(
        nameof(JobOptions.Strategy), "--strategy", Enum.IsDefined, "greedy, knapsack, anneal or ladder",
        "choose one of them", "greedy");

    /// <summary>Limit of <see cref="JobOptions.AnnealSchedule"/>.</summary>
    public static JobLimit<TemperatureSchedule> AnnealSchedule { get; } = new(
        nameof(JobOptions.AnnealSchedule), "--anneal-schedule", Enum.IsDefined, "exponential, cosine or step", "choose one of them",
        "exponential");

    /// <summary>Limit of <see cref="JobOptions.FirstPlan"/>: which groups it has to decide is the network's to say.</summary>
    public static JobLimit<FirstPlan> FirstPlan { get; } = new(
        nameof(JobOptions.FirstPlan), "--first-plan", _ => true, "a plan", "give the winner.plan.json of a job on the same network");

    /// <summary>Limit of <see cref="JobOptions.Batch"/>.</summary>
    public static JobLimit<int> Batch { get; } = new(
        nameof(JobOptions.Batch), "--batch", count => count is >= 1 and <= MostBatch, $"1 to {MostBatch}", "correct it");

    /// <summary>Limit of <see cref="JobOptions.Threads"/>.</summary>
    public static JobLimit<int> Threads { get; } = new(
        nameof(JobOptions.Threads), "--threads", count => count is >= 1 and <= MostThreads, $"1 to {MostThreads}", "correct it");

    /// <summary>Limit of <see cref="JobOptions.Seed"/>.</summary>
    public static JobLimit<long> Seed { get; } = new(
        nameof(JobOptions.Seed), "--seed", seed => seed is >= 0 and < 1L << 53, "0 to 2^53 - 1",
        "choose another, as JSON readers keep no larger number");

    /// <summary>Limit of <see cref="JobOptions.FineTune"/>.</summary>
    public static JobLimit<FineTuneMode> FineTune { get; } = new(
        nameof(JobOptions.FineTune), "--fine-tune", Enum.IsDefined, "auto, always or never", "choose one of them", "never");

    /// <summary>Limit of <see cref="JobOptions.Epochs"/>.</summary>
    public static JobLimit<int> Epochs { get; } = new(
        nameof(JobOptions.Epochs), "--epochs", count => count >= 1, "at least 1", "correct it");

    /// <summary>Limit of <see cref="JobOptions.Reconstruct"/>.</summary>
    public static JobLimit<ReconstructionMode> Reconstruct { get; } = new(
        nameof(JobOptions.Reconstruct), "--reconstruct", Enum.IsDefined, "auto, always or never", "choose one of them", "never");

    /// <summary>Limit of <see cref="JobOptions.Equalize"/>.</summary>
    public static JobLimit<ChannelScaling> Equalize { get; } = new(
        nameof(JobOptions.Equalize), "--equalize", Enum.IsDefined, "on or off", "choose one of them", "off");

    /// <summary>Limit of <see cref="JobOptions.Repair"/>.</summary>
    public static JobLimit<RepairMethod> Repair { get; } = new(
        nameof(JobOptions.Repair), "--repair", Enum.IsDefined, "never or adaround", "choose one of them", "never");

    /// <summary>Limit of <see cref="JobOptions.Iterations"/>.</summary>
    public static JobLimit<int> Iterations { get; } = new(
        nameof(JobOptions.Iterations), "--iterations", count => count is >= 1 and <= MostIterations, $"1 to {MostIterations}",
        "correct it");

    /// <summary>All limits.</summary>
    public static IReadOnlyList<JobLimit> All { get; } =
        [.. typeof(JobLimits).GetProperties().Select(property => property.GetValue(null)).OfType<JobLimit>()];

    /// <summary>The limit with the given name on the command line.</summary>
    public static JobLimit Named(string name) => All.Single(limit => string.Equals(limit.Name, name, StringComparison.Ordinal));

    private static bool IsAmount(double value) => value > 0 && double.IsFinite(value);

    private static bool ArePatterns(IReadOnlyList<string> patterns) => patterns.Count > 0 && !patterns.Any(string.IsNullOrWhiteSpace);

    private static bool AreFormats(IReadOnlyList<string> formats)
    {
        var known = formats.Select(GroupFormat.TryParse).OfType<GroupFormat>().Where(format => !format.IsBaseline).Distinct();
        return known.Any(format => format.IsInt8) && known.Count() == formats.Count;
    }

    private static bool IsDistinct(IReadOnlyList<string> methods) =>
        methods.Count > 0 && methods.Distinct(StringComparer.Ordinal).Count() == methods.Count;
}
