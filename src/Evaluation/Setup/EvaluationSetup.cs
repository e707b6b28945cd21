using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Cluster.Evaluation.Setup;

/// <summary>
/// Everything that measurements of plans share: the network, its data, its calibration statistics, the runtime and the metric.
/// </summary>
internal sealed record EvaluationSetup
{
    public required NetworkFile Network { get; init; }

    /// <summary>The target whose runtime measures files.</summary>
    public required ITarget Target { get; init; }

    public required FloatNetwork Float32 { get; init; }

    public required PlanTranslator Translator { get; init; }

    public required CalibrationStatistics Statistics { get; init; }

    /// <summary>What the calibration found that the user should know, each a sentence without its full stop.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    public required PlanResolver Resolver { get; init; }

    public required ArtefactBuilder Builder { get; init; }

    /// <summary>Numbers learned before the exploration, as far as requested plans name them.</summary>
    public required RepairNumbers Repairs { get; init; }

    /// <summary>Where tensors of all images are stored between two groups.</summary>
    public required SpillSpace Space { get; init; }

    public required ParityReports Parity { get; init; }

    /// <summary>Whether a plan may win that loses a channel of an output.</summary>
    public bool AllowsLostChannels { get; init; }

    private readonly ImageBatches? _calibration;

    /// <summary>The calibration images. Absent for a stored plan that has its numbers; reading then throws.</summary>
    [AllowNull]
    public required ImageBatches Calibration
    {
        get => _calibration ?? throw new InvalidOperationException("This work was given no calibration images.");
        init => _calibration = value;
    }

    /// <summary>Whether there are calibration images.</summary>
    public bool HasCalibration => _calibration is not null;

    /// <summary>The images for comparing calibrators of single groups; null if no job needs it.</summary>
    public CalibratorBasis? Calibrators { get; init; }

    /// <summary>The FP32 network as it was given, for accuracy.</summary>
    public required OriginalFile Original { get; init; }

    /// <summary>The images that files are judged on. Absent for build-only work; reading then throws.</summary>
    [AllowNull]
    public required ImageBatches Evaluation
    {
        get => field ?? throw new InvalidOperationException("This work was given no evaluation images.");
        init;
    }

    /// <summary>The images that files are timed on; see <see cref="JobData.Timed"/>.</summary>
    [AllowNull]
    public ImageBatches Timed
    {
        get => field ?? Evaluation;
        init;
    }

    public ImageBatches? Test { get; init; }

    /// <summary>The metric for both.</summary>
    public MetricKind Metric { get; init; }

    /// <summary>What judges boxes, masks or strings, where these are the metric.</summary>
    public AnswerJudge? Judge { get; init; }

    /// <summary>What scores predictions, where the metric is the user's own.</summary>
    internal IPredictionJudge? Predictions { get; init; }

    /// <summary>Images a run in latency measurements, and threads of the runtime.</summary>
    public int Batch { get; init; } = 1;

    public int Threads { get; init; } = 1;

    /// <summary>Threads that accuracy work may use.</summary>
    public int Cores { get; init; } = Environment.ProcessorCount;

    public required MachineLock Machine { get; init; }

    /// <summary>How many times as long as usual a timing may take: see <see cref="Setup.TimingSeconds"/>.</summary>
    public double TimingSeconds { get; init; } = 1;

    /// <summary>Says each of the <see cref="Warnings"/>, marked as one.</summary>
    public void Warn(Action<string> say)
    {
        foreach (string warning in Warnings)
        {
            say($"warning: {warning}");
        }
    }
}

/// <summary>
/// Runs files through the target's parity gate, each once: a file that passes in the search is published unchanged. Used by jobs and single
/// steps alike. Thread-safe.
/// </summary>
/// <param name="samples">The gate uses the first of them; null: nothing can be compared.</param>
/// <param name="outputs">The meaning of the network's outputs.</param>
internal sealed class ParityReports(ITarget target, FloatNetwork float32, ImageBatches? samples, OutputKind outputs)
{
    private const int GateImages = 256;

    private readonly ConcurrentDictionary<string, ParityReport> _known = new(StringComparer.Ordinal);

    /// <summary>The samples that a file for a runtime that is not here is compared on; null: there are none.</summary>
    public ImageBatches? Samples => samples?.Take(ParityGate.FileImages);

    /// <summary>The gate's findings, or null if the file is the FP32 network itself, or there are no samples.</summary>
    public ParityReport? Check(BuiltArtefact artefact, CancellationToken cancellation) => artefact.Network is null || samples is null
        ? null
        : _known.GetOrAdd(
            artefact.Sha256, _ => target.Check(float32, artefact, samples.Take(GateImages), outputs, cancellation));

    /// <summary>
    /// Why a file for a runtime that is not here does not compute its plan, in a sentence; null if it does, or nothing can be compared:
    /// there are no samples, or layers in 16 bits, for which the processor has no kernels.
    /// </summary>
    public string? FailureOf(QuantizedNetwork network, ModelFile file) => samples is null || network.Layout.Floats.Count > 0
        ? null
        : ParityGate.CheckFile(
            float32, network, file, run: null, Samples!, outputs, CancellationToken.None).Failure;
}
