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
