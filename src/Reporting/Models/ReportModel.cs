namespace Cluster.Reporting.Models;

/// <summary>The content of the report, the tables and the CSV files: the job's result, and what only they show.</summary>
public sealed record ReportModel
{
    /// <param name="outcome">The finished search.</param>
    public ReportModel(JobOutcome outcome)
    {
        Result = outcome.Result;
        Options = outcome.Spec.Options;
        Space = outcome.Space;
        Profile = outcome.Profile;
        Latencies = outcome.Latencies;
        Failures = outcome.Failures;
        Evaluated = outcome.Described;
        WorstChannel = outcome.WorstChannel;
        Quiet = outcome.Quiet;
    }

    /// <summary>The job's result.</summary>
    public ResultDocument Result { get; init; }

    /// <summary>What the job was asked for.</summary>
    public JobOptions Options { get; init; }

    /// <summary>The network's groups and edges.</summary>
    public SearchSpace Space { get; init; }

    /// <summary>The split of the latency, or null if the profile failed.</summary>
    public ProfileResult? Profile { get; init; }

    /// <summary>Every latency observation.</summary>
    public IReadOnlyList<LatencyResult> Latencies { get; init; }

    /// <inheritdoc cref="JobOutcome.Failures"/>
    public IReadOnlyList<FailedWork> Failures { get; init; }

    /// <summary>Every plan with an accuracy or a latency; may include the front and the baselines.</summary>
    public IReadOnlyList<ResultPlan> Evaluated { get; init; }

    /// <summary>The channel of all outputs of which the winner keeps least; null if it is FP32, or nothing is noisy.</summary>
    public OutputChannel? WorstChannel { get; init; }

    /// <inheritdoc cref="JobOutcome.Quiet"/>
    public QuietSamples? Quiet { get; init; }

    /// <summary>Path of the FP32 file.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The data of each role.</summary>
    public required IReadOnlyList<ReportData> Data { get; init; }

    /// <summary>The machine, in words: processor, cores, memory.</summary>
    public required string Machine { get; init; }

    /// <summary>The command that was typed.</summary>
    public required string CommandLine { get; init; }

    /// <summary>The command to type next.</summary>
    public required string NextCommand { get; init; }

    /// <summary>Lines of Python that do what comes next; empty: none.</summary>
    public IReadOnlyList<string> Python { get; init; } = [];

    /// <summary>The command that compares an earlier result with this one; null: there is none.</summary>
    public string? CompareCommand { get; init; }

    /// <summary>The file of FP32 as it was timed, where that is faster than the user's own; else null.</summary>
    public string? Float32File { get; init; }

    /// <summary>The files of the result.</summary>
    public IReadOnlyList<ReportFile> Files { get; init; } = [];

    /// <summary>The activations of the winner's quantized tensors; empty if it is FP32, or while nothing is published.</summary>
    public IReadOnlyList<ActivationSpread> Activations { get; init; } = [];

    /// <summary>The network's name for readers, such as "resnet20".</summary>
    public string ModelName => Path.GetFileNameWithoutExtension(Result.Model.Name);

    /// <summary>How the job ended.</summary>
    public WinnerKind Kind => Result.Decision.Kind;

    /// <summary>The meaning of drops for people.</summary>
    public MetricScale Scale => Options.Measure.Scale(Result.Baselines.Fp32.Accuracy?.Level(Options.Measure) ?? 0);

    /// <summary>The metric for plans, as in a sentence: "top-1".</summary>
    public string Metric => Options.Measure.Title() + (IsUnlabelled ? " against FP32" : string.Empty);

    /// <summary>The same as the heading of a column.</summary>
    public string Heading => Options.Measure.Heading() + (IsUnlabelled ? " against FP32" : string.Empty);

    /// <summary>Whether the evaluation images have no labels: then FP32's share of right answers is not known, and counts as 1.</summary>
    public bool IsUnlabelled => Result.Baselines.Fp32.Accuracy is { Unlabelled: not null };

    /// <summary>How many labels the decision took, where the evaluation images have none; else null.</summary>
    public string? LabelsUsed => Result.Evaluations.Labels is { } labels
        ? $"Labels: {labels} of {Result.Baselines.Fp32.Accuracy!.Total} evaluation images. On the others "
            + "what was decided has FP32's answer, or is accurate enough whatever the label is."
        : null;

    /// <summary>The heading of the column of drops: "drop, points".</summary>
    public string DropHeading => MetricFigures.DropHeading(Options.Measure).ToLowerInvariant();

    /// <summary>Whether the winner was judged on images that the search did not use.</summary>
    public bool HasTestSet => Data.Any(data => data.Role == DataRole.Test);

    /// <summary>The plans of the result, each once: baselines and winner, then the front from the fastest, then the rest.</summary>
    public IReadOnlyList<PlanPoint> Points
    {
        get
        {
            var named = new[] { Result.Baselines.Fp32, Result.Baselines.Int8, Result.Baselines.Int8Best, Result.Winner };
            return [.. named.OfType<ResultPlan>().Concat(Result.Front).Concat(Evaluated)
                .GroupBy(measured => measured.PlanDigest, StringComparer.Ordinal)
                .Select(Place)];
        }
    }

    private PlanPoint Place(IGrouping<string, ResultPlan> same)
    {
        PlanRoles Role(ResultPlan? one, PlanRoles role) => one?.PlanDigest == same.Key ? role : PlanRoles.None;
        var measured = same.FirstOrDefault(one => one.Accuracy is not null) ?? same.First();
        return new PlanPoint(
            measured with { Latency = same.Select(one => one.Latency).FirstOrDefault(latency => latency is not null) },
            Role(Result.Baselines.Fp32, PlanRoles.Float32) | Role(Result.Baselines.Int8, PlanRoles.Int8)
                | Role(Result.Baselines.Int8Best, PlanRoles.Int8Best) | Role(Result.Winner, PlanRoles.Winner),
            Result.Front.Any(one => one.PlanDigest == same.Key),
            Options.Measure,
            Result.Baselines.Fp32);
    }
}

/// <summary>The images of one role.</summary>
/// <param name="Role">What they are for.</param>
/// <param name="Spec">As typed, such as "cifar10:data/test.bin@0..2000".</param>
/// <param name="Images">Number of images.</param>
/// <param name="Sha256">Digest of images and labels.</param>
public sealed record ReportData(DataRole Role, string Spec, int Images, string Sha256);

/// <summary>The purpose of a set of images.</summary>
public enum DataRole
{
    /// <summary>Ranges and bias corrections are estimated on it; labels are not read.</summary>
    Calibration,

    /// <summary>The search measures accuracy on it.</summary>
    Evaluation,

    /// <summary>Used once, for the winner.</summary>
    Test,

    /// <summary>The winner is fine-tuned on it.</summary>
    Training,
}

/// <summary>A file of the result.</summary>
/// <param name="Path">Its path, as the user would type it.</param>
/// <param name="What">A short description.</param>
/// <param name="SizeBytes">Its size, or null if not known yet.</param>
/// <param name="Sha256">Its digest, or null if it grows or is not one file.</param>
public sealed record ReportFile(string Path, string What, long? SizeBytes = null, string? Sha256 = null);
