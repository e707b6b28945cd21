using Cluster.Coordinator.Search;
using Cluster.Coordinator.Work;
using Cluster.Plans;

namespace Cluster.Coordinator.Questions;

/// <summary>Why a group of a job's winner is as it is, from what was measured.</summary>
/// <param name="Group">Its name.</param>
/// <param name="Operators">The ONNX operators that it joins.</param>
/// <param name="Macs">Multiply-accumulates an image.</param>
/// <param name="Parameters">Number of weights.</param>
/// <param name="Decision">What the winner decides for it.</param>
/// <param name="Code">Why, as a closed kind.</param>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="Kl">Divergence in nats of the group alone in 8 bits; null where the sweep failed.</param>
/// <param name="SqnrDb">Signal to quantization noise of what it hands on, alone in 8 bits; null where there is none.</param>
/// <param name="SensitivityRank">Its place among all groups by <paramref name="Kl"/>, from 1 for the most sensitive one.</param>
/// <param name="PredictedSavedMs">What its format saves a run, or where it is FP32 would save in another; null without latencies.</param>
/// <param name="Calibrators">The group alone by each calibrator, where they were compared.</param>
/// <param name="Tried">Pairs of measured plans that differ in this group alone, in the order of measurement.</param>
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
    IReadOnlyList<GroupTrial> Tried);

/// <summary>Two measured plans that differ in one group alone.</summary>
/// <param name="From">The group's decision in the one, "float32" or a format with its calibrator.</param>
/// <param name="To">The same in the other.</param>
/// <param name="Correct">Evaluation images that the second is right on beyond the first; negative where it loses some.</param>
/// <param name="Kl">Nats that it diverges more from FP32.</param>
/// <param name="Ms">Milliseconds that it takes longer; null where one of them was not timed.</param>
/// <param name="Loss">What it loses more by the metric where that is a loss, in its scale; null otherwise.</param>
public sealed record GroupTrial(string From, string To, int Correct, double Kl, double? Ms, double? Loss = null);
