namespace Cluster.Coordinator.Model.Options;

/// <summary>What a metric compares outputs with.</summary>
internal enum MetricTruth
{
    /// <summary>FP32's outputs; no labels.</summary>
    Float32,

    /// <summary>Classes of images.</summary>
    Classes,

    /// <summary>Values of the outputs' shape.</summary>
    Targets,

    /// <summary>Objects with their boxes.</summary>
    Boxes,

    /// <summary>A class for each pixel.</summary>
    Masks,

    /// <summary>Texts.</summary>
    Strings,

    /// <summary>Whatever a user's command reads.</summary>
    Command,
}

/// <summary>A metric in the table of metrics.</summary>
/// <param name="Kind">The metric.</param>
/// <param name="Word">As on the command line.</param>
/// <param name="Title">As in a sentence.</param>
/// <param name="Truth">What outputs are compared with.</param>
/// <param name="Scale">The meaning of its losses, given FP32's level.</param>
internal sealed record MetricRow(
    MetricKind Kind, string Word, string Title, MetricTruth Truth, Func<MetricKind, double, MetricScale> Scale)
{
    /// <summary>All metrics.</summary>
    public static IReadOnlyList<MetricRow> All { get; } =
    [
        new(MetricKind.Top1, "top1", "top-1", MetricTruth.Classes, Share) { ReadsScores = true },
        new(MetricKind.Top5, "top5", "top-5", MetricTruth.Classes, Share) { ReadsScores = true, Ranks = 5 },
        new(MetricKind.OutputKl, "output-kl", "KL to FP32", MetricTruth.Float32, Divergence) { ReadsScores = true },
        new(MetricKind.OutputSqnr, "output-sqnr", "SQNR to FP32", MetricTruth.Float32, Noise) { Article = "an" },
        new(MetricKind.Rmse, "rmse", "RMSE", MetricTruth.Targets, RootMeanSquare) { Article = "an" },
        new(MetricKind.Map50, "map50", "mAP50", MetricTruth.Boxes, MissingShare) { Article = "an", Heading = "mAP50" },
        new(MetricKind.Map50To95, "map50-95", "mAP50-95", MetricTruth.Boxes, MissingShare) { Article = "an", Heading = "mAP50-95" },
        new(MetricKind.Miou, "miou", "mIoU", MetricTruth.Masks, MissingShare) { Article = "an", Heading = "mIoU" },
        new(MetricKind.Ctc, "ctc", "share of exact strings", MetricTruth.Strings, MissingShare),
        new(MetricKind.CtcCharacters, "ctc-characters", "share of right characters", MetricTruth.Strings, MissingShare),
        new(MetricKind.Score, "score", "score", MetricTruth.Command, Score),
        new(MetricKind.Loss, "loss", "loss", MetricTruth.Command, Loss),
    ];

    /// <summary>Of the title in a sentence.</summary>
    public string Article { get; private init; } = "a";

    /// <summary>The title at the head of a column.</summary>
    public string Heading { get; private init; } = char.ToUpperInvariant(Title[0]) + Title[1..];

    /// <summary>The label must be among this many largest outputs.</summary>
    public int Ranks { get; private init; } = 1;

    /// <summary>Whether outputs are read as scores of classes.</summary>
    public bool ReadsScores { get; private init; }

    /// <summary>The row of a metric.</summary>
    public static MetricRow Of(MetricKind metric) => All.FirstOrDefault(row => row.Kind == metric)
        ?? throw new ArgumentOutOfRangeException(nameof(metric), metric, message: null);

    private static ShareScale Share(MetricKind metric, double float32) => new(metric, float32);

    private static MissingShareScale MissingShare(MetricKind metric, double float32) => new(metric, float32);

    private static DivergenceScale Divergence(MetricKind metric, double float32) => new(metric, float32);

    private static NoiseScale Noise(MetricKind metric, double float32) => new(metric, float32);

    private static RmseScale RootMeanSquare(MetricKind metric, double float32) => new(metric, float32);

    private static CommandScale Score(MetricKind metric, double float32) => new(metric, float32, areScores: true);

    private static CommandScale Loss(MetricKind metric, double float32) => new(metric, float32, areScores: false);
}
