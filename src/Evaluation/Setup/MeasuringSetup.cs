using System.Diagnostics.CodeAnalysis;

namespace Cluster.Evaluation.Setup;

/// <summary>What files are measured with: the FP32 network beside them, the samples, the metric, the runtime.</summary>
internal record MeasuringSetup
{
    /// <summary>In whose runtime.</summary>
    public required ITarget Target { get; init; }

    /// <summary>The FP32 network's file, for latency.</summary>
    public required ModelFile Float32Model { get; init; }

    /// <summary>The FP32 network as it was given, for accuracy.</summary>
    public required OriginalFile Original { get; init; }

    /// <summary>The network's first output with its whole shape, samples outermost.</summary>
    public required ValueInfo Output { get; init; }

    /// <summary>The shapes that outputs of counted rows are brought to, see <see cref="NetworkFile.Counted"/>.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<long>> Counted { get; init; }

    /// <summary>Values of the first output for a sample: the classes of a classifier.</summary>
    public int Classes => Output.SampleSize();

    /// <summary>The images that files are judged on; may be absent where a plan is only built, and reading them then throws.</summary>
    [AllowNull]
    public required ImageBatches Evaluation
    {
        get => field ?? throw new InvalidOperationException("This work was given no evaluation images.");
        init;
    }

    public ImageBatches? Test { get; init; }

    /// <summary>What both are judged by.</summary>
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
}
