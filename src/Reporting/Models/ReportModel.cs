using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Results;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Work;
using Cluster.Terminal;

namespace Cluster.Reporting.Models;

/// <summary>
/// Everything that the report, the tables and the CSV files show: the outcome of the search, and what only its host
/// knows.
/// </summary>
public sealed record ReportModel
{
    /// <summary>What the search found.</summary>
    public required JobOutcome Outcome { get; init; }

    /// <summary>What the reader calls the network, such as "resnet20".</summary>
    public required string ModelName { get; init; }

    /// <summary>Where the FP32 file was read from.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The data of each role.</summary>
    public required IReadOnlyList<ReportData> Data { get; init; }

    /// <summary>The machine, in words: processor, cores, memory.</summary>
    public required string Machine { get; init; }

    /// <summary>The command that was typed.</summary>
    public required string CommandLine { get; init; }

    /// <summary>The command to type next.</summary>
    public required string NextCommand { get; init; }

    /// <summary>What the parity gate found of the winner, or null where no quantized file was published.</summary>
    public ParityFinding? Parity { get; init; }

    /// <summary>Wall time of each stage, in order.</summary>
    public IReadOnlyList<StageTime> Timings { get; init; } = [];

    /// <summary>Names and versions of what computed the results: "cluster", "ONNX Runtime", "libtorch".</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Versions { get; init; } = [];

    /// <summary>The files of the result.</summary>
    public IReadOnlyList<ReportFile> Files { get; init; } = [];

    /// <summary>
    /// Every plan that has an accuracy on the whole evaluation set or a latency; the front and the baselines may be
    /// among them.
    /// </summary>
    public IReadOnlyList<PlanMeasurement> Evaluated { get; init; } = [];

    /// <summary>What plans were judged by, as in a sentence: "top-1".</summary>
    public string Metric => Outcome.Spec.Options.Measure.Title();

    /// <summary>The head of a column of what was lost: "drop, points".</summary>
    public string DropHeading => MetricFigures.DropHeading(Outcome.Spec.Options.Measure).ToLowerInvariant();

    /// <summary>Whether the winner was judged on images that the search did not look at.</summary>
    public bool HasTestSet => Data.Any(data => data.Role == DataRole.Test);

    /// <summary>
    /// The winner's accuracy beside FP32's: "as accurate as FP32 within 1.31 points", "0.75 points less accurate than FP32".
    /// </summary>
    public string ComparedAccuracy => Verdict.Compare(this);

    /// <summary>
    /// The plans to show, see <see cref="PlanPoint"/>: baselines and winner first, then the front, then the rest.
    /// </summary>
    public IReadOnlyList<PlanPoint> Points => PlanPoint.Collect(this);
}
