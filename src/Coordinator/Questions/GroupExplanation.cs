namespace Cluster.Coordinator.Questions;

/// <summary>Explains, from the measurements, why a group of a job's winner has its decision.</summary>
/// <param name="Group">Its name.</param>
/// <param name="Operators">The ONNX operators that it joins.</param>
/// <param name="Macs">Multiply-accumulates per image.</param>
/// <param name="Parameters">Number of weights.</param>
/// <param name="Decision">The winner's decision for it.</param>
/// <param name="Code">Why, as a closed kind.</param>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="Kl">Divergence in nats with only this group in 8 bits; null if the sweep failed.</param>
/// <param name="SqnrDb">Signal to quantization noise of its output, with only this group in 8 bits; null if there is none.</param>
/// <param name="SensitivityRank">Its rank among all groups by <paramref name="Kl"/>, from 1 for the most sensitive one.</param>
/// <param name="PredictedSavedMs">Its format's saving per run, or for FP32 the best other format's; null without latencies.</param>
/// <param name="Calibrators">The group alone by each calibrator, if they were compared.</param>
/// <param name="Tried">Pairs of measured plans that differ only in this group, in the order of measurement.</param>
public sealed record GroupExplanation(
    string Group,
    IReadOnlyList<string> Operators,
    long Macs,
    long Parameters,
    GroupDecision Decision,
    VerdictCode Code,
    string Reason,
    double? Kl,
    double? SqnrDb,
    int? SensitivityRank,
    double? PredictedSavedMs,
    IReadOnlyList<CalibratorScore> Calibrators,
    IReadOnlyList<GroupTrial> Tried)
{
    /// <summary>The form that it is written in, in place of the network's; null: the network's, or not known.</summary>
    public string? Form { get; init; }
}

/// <summary>Two measured plans that differ only in one group.</summary>
/// <param name="From">The group's decision in the first, "float32" or a format with its calibrator.</param>
/// <param name="To">The same in the second.</param>
/// <param name="Correct">Evaluation images, all or the same part, that the second gets right minus those of the first.</param>
/// <param name="Kl">The second's divergence from FP32 minus the first's, nats.</param>
/// <param name="Ms">The second's milliseconds minus the first's; null if one of them was not timed.</param>
/// <param name="Loss">The second's loss minus the first's, on the metric's scale; null if the metric is not a loss.</param>
public sealed record GroupTrial(string From, string To, int Correct, double Kl, double? Ms, double? Loss = null);
