namespace Cluster.Reporting.Models;

/// <summary>All content of the report, the tables and the CSV files: the search's outcome, and facts that only its host knows.</summary>
public sealed record ReportModel
{
    /// <summary>The search's outcome.</summary>
    public required JobOutcome Outcome { get; init; }

    /// <summary>The network's name for readers, such as "resnet20".</summary>
    public required string ModelName { get; init; }

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

    /// <summary>The file of FP32 as it was timed, where that is faster than the user's own; else null.</summary>
    public string? Float32File { get; init; }

    /// <summary>The parity gate's finding on the winner, or null if no quantized file was published.</summary>
    public ParityFinding? Parity { get; init; }

    /// <summary>Wall time of each stage, in order.</summary>
    public IReadOnlyList<StageTime> Timings { get; init; } = [];

    /// <summary>Names and versions of the computing libraries: "cluster", "ONNX Runtime", "libtorch".</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Versions { get; init; } = [];

    /// <summary>The shapes of a sample that latency is of, where the network leaves sizes free; else null.</summary>
    public string? TimedShape { get; init; }

    /// <summary>The files of the result.</summary>
    public IReadOnlyList<ReportFile> Files { get; init; } = [];

    /// <summary>Every plan with an accuracy on the whole evaluation set or a latency; may include the front and the baselines.</summary>
    public IReadOnlyList<PlanMeasurement> Evaluated { get; init; } = [];

    /// <summary>The activations of the winner's quantized tensors; empty if it is FP32, or while nothing is published.</summary>
    public IReadOnlyList<ActivationSpread> Activations { get; init; } = [];

    /// <summary>The metric for plans, as in a sentence: "top-1".</summary>
    public string Metric => Outcome.Spec.Options.Measure.Title() + (IsUnlabelled ? ", FP32 = 100%" : string.Empty);

    /// <summary>The same as the heading of a column.</summary>
    public string Heading => Outcome.Spec.Options.Measure.Heading() + (IsUnlabelled ? ", FP32 = 100%" : string.Empty);

    /// <summary>Whether the evaluation images had no labels: then levels are relative to FP32's.</summary>
    public bool IsUnlabelled => Outcome.Float32.Accuracy is { Drop: not null };

    /// <summary>How many labels the decision took, where the evaluation images have none; else null.</summary>
    public string? LabelsUsed => Outcome.Evaluations.Labels is { } labels
        ? $"Labels: {labels} of {Outcome.Float32.Accuracy!.Total} evaluation images. On the others "
            + "what was decided has FP32's answer, or is accurate enough whatever the label is."
        : null;

    /// <summary>The heading of the column of drops: "drop, points".</summary>
    public string DropHeading => MetricFigures.DropHeading(Outcome.Spec.Options.Measure).ToLowerInvariant();

    /// <summary>Whether the winner was judged on images that the search did not use.</summary>
    public bool HasTestSet => Data.Any(data => data.Role == DataRole.Test);

    /// <summary>
    /// The plans to show, see <see cref="PlanPoint"/>: baselines and winner first, then the front, then the rest.
    /// </summary>
    public IReadOnlyList<PlanPoint> Points => PlanPoint.Collect(this);
}
