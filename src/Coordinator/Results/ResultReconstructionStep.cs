namespace Cluster.Coordinator.Results;

/// <summary>One method's attempt.</summary>
/// <param name="Method">"adaround", "brecq" or "qdrop".</param>
/// <param name="Kept">Whether what came of it took the winner's place.</param>
/// <param name="Reason">Why, or why it has no result.</param>
/// <param name="After">The plan with what was learned; absent where there is no result.</param>
/// <param name="Gain">Of top-1 against the plan without, on the evaluation images, a fraction.</param>
/// <param name="GainCi95">Paired interval of the gain: low, high.</param>
/// <param name="Bound">The divergence from FP32 in nats that bounds the method: the probe's where roundings alone are
/// learned, 0 where the activations' steps are too; absent where it is not known.</param>
/// <param name="Learned">SHA-256 of the learned parameters.</param>
/// <param name="Blocks">What became of each block.</param>
/// <param name="Evaluations">Files that were evaluated to decide which blocks stay.</param>
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
    IReadOnlyList<Work.ReconstructedBlock> Blocks,
    int Evaluations,
    double Seconds);
