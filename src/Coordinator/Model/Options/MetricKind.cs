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

/// <summary>Names and properties of metrics: those of their rows in <see cref="MetricRow.All"/>.</summary>
public static class MetricKindExtensions
{
    /// <summary>"top-1", as in a sentence.</summary>
    public static string Title(this MetricKind metric) => MetricRow.Of(metric).Title;

    /// <summary>The same with its article: "a top-1", "an SQNR to FP32".</summary>
    public static string WithArticle(this MetricKind metric) => $"{MetricRow.Of(metric).Article} {metric.Title()}";

    /// <summary>The same at the head of a column: "Top-1".</summary>
    public static string Heading(this MetricKind metric) => MetricRow.Of(metric).Heading;

    /// <summary>"top1", as on the command line.</summary>
    public static string Word(this MetricKind metric) => MetricRow.Of(metric).Word;

    /// <summary>The meaning of its losses.</summary>
    /// <param name="float32">FP32's own level: <see cref="MetricScale.Float32"/>.</param>
    public static MetricScale Scale(this MetricKind metric, double float32 = 0) => MetricRow.Of(metric).Scale(metric, float32);

    /// <summary>The metric as jobs and results write it: null stands for the default.</summary>
    public static MetricKind? Written(this MetricKind metric) => metric == default ? null : metric;

    /// <summary>The label must be among this many largest outputs.</summary>
    public static int Ranks(this MetricKind metric) => MetricRow.Of(metric).Ranks;

    /// <summary>Whether outputs are compared with FP32's own, so that FP32 has no level of its own.</summary>
    public static bool ComparesWithFloat32(this MetricKind metric) => metric.Truth() == MetricTruth.Float32;

    /// <summary>Whether its level is the divergence that is measured of every plan.</summary>
    public static bool IsDivergence(this MetricKind metric) => metric.ComparesWithFloat32() && metric.ReadsScores();

    /// <summary>Whether its level is noise relative to the power of FP32's outputs over all samples.</summary>
    public static bool IsNoise(this MetricKind metric) => metric.ComparesWithFloat32() && !metric.ReadsScores();

    /// <summary>Whether outputs are read as scores of classes, not as plain values.</summary>
    public static bool ReadsScores(this MetricKind metric) => MetricRow.Of(metric).ReadsScores;

    /// <summary>Whether images are right or wrong by their labels.</summary>
    public static bool CountsImages(this MetricKind metric) => metric.Truth() == MetricTruth.Classes;

    /// <summary>Whether outputs are compared with values of the samples.</summary>
    public static bool ReadsTargets(this MetricKind metric) => metric.Truth() == MetricTruth.Targets;

    /// <summary>Whether boxes are compared with labelled ones.</summary>
    public static bool IsDetection(this MetricKind metric) => metric.Truth() == MetricTruth.Boxes;

    /// <summary>Whether pixels' classes are compared with masks.</summary>
    public static bool ReadsMasks(this MetricKind metric) => metric.Truth() == MetricTruth.Masks;

    /// <summary>Whether strings are read from the output.</summary>
    public static bool ReadsStrings(this MetricKind metric) => metric.Truth() == MetricTruth.Strings;

    /// <summary>Whether a user's command judges; losses are then its numbers, or their negatives if it prints scores.</summary>
    public static bool IsCommand(this MetricKind metric) => metric.Truth() == MetricTruth.Command;

    /// <summary>Whether people read a figure where higher is better, although losses are stored.</summary>
    public static bool IsReversed(this MetricKind metric) => metric.Scale().IsReversed;

    /// <summary>Whether it is a share, higher is better, with drops in points.</summary>
    public static bool IsShare(this MetricKind metric) => metric.Scale().Unit == MetricUnit.Share;

    private static MetricTruth Truth(this MetricKind metric) => MetricRow.Of(metric).Truth;
}
