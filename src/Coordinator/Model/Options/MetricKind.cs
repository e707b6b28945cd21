namespace Cluster.Coordinator.Model.Options;

/// <summary>The metric for plans, sample by sample, compared with FP32 on the same samples.</summary>
public enum MetricKind
{
    /// <summary>Whether the label has the largest output.</summary>
    Top1,

    /// <summary>Whether the label is among the five largest outputs.</summary>
    Top5,

    /// <summary>KL(FP32 ‖ candidate) of the softmax of a sample's outputs, in nats; no labels.</summary>
    OutputKl,

    /// <summary>
    /// Signal to quantization noise of the outputs, in decibels: -10 log10 of Σ‖FP32 − candidate‖² / Σ‖FP32‖² over the samples; no labels.
    /// </summary>
    OutputSqnr,

    /// <summary>Root of the mean squared difference between outputs and targets.</summary>
    Rmse,

    /// <summary>Mean average precision of boxes that overlap an object by half or more.</summary>
    Map50,

    /// <summary>The same as a mean over overlaps of 0.5, 0.55, ..., 0.95.</summary>
    Map50To95,

    /// <summary>Mean intersection over union of the classes of a segmentation's pixels.</summary>
    Miou,

    /// <summary>The share of strings that are exactly right, read from the output by CTC's greedy decoding.</summary>
    Ctc,

    /// <summary>1 minus the character error rate of the same strings.</summary>
    CtcCharacters,

    /// <summary>The numbers that a user's command prints, higher is better (<see cref="JobOptions.MetricCommand"/>).</summary>
    Score,

    /// <summary>The same, lower is better.</summary>
    Loss,
}

/// <summary>Names and properties of metrics.</summary>
public static class MetricKindExtensions
{
    /// <summary>"top-1", as in a sentence.</summary>
    public static string Title(this MetricKind metric) => metric switch
    {
        MetricKind.Top1 => "top-1",
        MetricKind.Top5 => "top-5",
        MetricKind.OutputKl => "KL to FP32",
        MetricKind.OutputSqnr => "SQNR to FP32",
        MetricKind.Rmse => "RMSE",
        MetricKind.Map50 => "mAP50",
        MetricKind.Map50To95 => "mAP50-95",
        MetricKind.Miou => "mIoU",
        MetricKind.Ctc => "share of exact strings",
        MetricKind.CtcCharacters => "share of right characters",
        MetricKind.Score => "score",
        MetricKind.Loss => "loss",
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, message: null),
    };

    /// <summary>The same at the head of a column: "Top-1".</summary>
    public static string Heading(this MetricKind metric) =>
        metric.IsDetection() || metric == MetricKind.Miou ? metric.Title() : char.ToUpperInvariant(metric.Title()[0]) + metric.Title()[1..];

    /// <summary>"top1", as on the command line.</summary>
    public static string Word(this MetricKind metric) => metric switch
    {
        MetricKind.Top1 => "top1",
        MetricKind.Top5 => "top5",
        MetricKind.OutputKl => "output-kl",
        MetricKind.OutputSqnr => "output-sqnr",
        MetricKind.Rmse => "rmse",
        MetricKind.Map50 => "map50",
        MetricKind.Map50To95 => "map50-95",
        MetricKind.Miou => "miou",
        MetricKind.Ctc => "ctc",
        MetricKind.CtcCharacters => "ctc-characters",
        MetricKind.Score => "score",
        MetricKind.Loss => "loss",
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, message: null),
    };

    /// <summary>The label must be among this many largest outputs.</summary>
    public static int Ranks(this MetricKind metric) => metric == MetricKind.Top5 ? 5 : 1;

    /// <summary>Whether images are right or wrong by their labels.</summary>
    public static bool CountsImages(this MetricKind metric) => metric is MetricKind.Top1 or MetricKind.Top5;

    /// <summary>Whether boxes are compared with labelled ones.</summary>
    public static bool IsDetection(this MetricKind metric) => metric is MetricKind.Map50 or MetricKind.Map50To95;

    /// <summary>Whether strings are read from the output.</summary>
    public static bool ReadsStrings(this MetricKind metric) => metric is MetricKind.Ctc or MetricKind.CtcCharacters;

    /// <summary>Whether losses are 1 minus a share that is no count of images: what is missing to it.</summary>
    public static bool IsMissingShare(this MetricKind metric) =>
        metric.IsDetection() || metric.ReadsStrings() || metric == MetricKind.Miou;

    /// <summary>Whether a user's command judges; losses are then its numbers, or their negatives if it prints scores.</summary>
    public static bool IsCommand(this MetricKind metric) => metric is MetricKind.Score or MetricKind.Loss;

    /// <summary>Whether people read a figure where higher is better, although losses are stored.</summary>
    public static bool IsReversed(this MetricKind metric) =>
        metric is MetricKind.OutputSqnr or MetricKind.Score || metric.IsMissingShare();

    /// <summary>Whether it is a share, higher is better, with drops in points.</summary>
    public static bool IsShare(this MetricKind metric) => metric.CountsImages() || metric.IsMissingShare();
}
