namespace Cluster.Coordinator.Results;

/// <summary>One method's attempt.</summary>
/// <param name="Method">"adaround", "brecq" or "qdrop"; "probe" if that has no result.</param>
/// <param name="Kept">Whether it replaced the winner.</param>
/// <param name="Reason">Why, or why it has no result.</param>
/// <param name="After">The plan with the learned numbers; absent without a result.</param>
/// <param name="Gain">Gain of top-1 against the plan without them, on the evaluation images, a fraction.</param>
/// <param name="GainCi95">Paired interval of the gain: low, high.</param>
/// <param name="Bound">A lower bound of the method's divergence from FP32 in nats: the probe's if only roundings are learned, 0 if the
/// activations' steps are too; absent if unknown.</param>
/// <param name="Learned">SHA-256 of the learned parameters.</param>
/// <param name="Blocks">The result for each block.</param>
/// <param name="Evaluations">Files evaluated to decide which blocks to keep.</param>
/// <param name="Seconds">Wall time of the last attempt.</param>
public sealed record ResultReconstructionStep(
    string Method,
    bool Kept,
    string Reason,
    ResultPlan? After,
    double? Gain,
    IReadOnlyList<double>? GainCi95,
    double? Bound,
    string? Learned,
    IReadOnlyList<ReconstructedBlock> Blocks,
    int Evaluations,
    double Seconds)
{
    internal const string Probe = "probe";

    /// <summary>The method's name in papers.</summary>
    [JsonIgnore]
    public string Title => Enum.GetValues<ReconstructionStep>().FirstOrDefault(step => step.Rounding() == Method).Title();
}
