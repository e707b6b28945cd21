namespace Cluster.Coordinator.Results;

/// <summary>The result of learning roundings.</summary>
/// <param name="Tried">Whether there was a plan for it.</param>
/// <param name="Kept">Whether its plan replaced the search's winner.</param>
/// <param name="Reason">Why it was not tried, or was kept or not.</param>
/// <param name="Iterations">Iterations per block, per layer for AdaRound.</param>
/// <param name="Target">The plan whose roundings were learned; absent if there was none.</param>
/// <param name="Probe">The same plan with FP32 weights; absent if that has no result.</param>
/// <param name="Steps">The methods that were tried, in order.</param>
public sealed record ResultReconstruction(
    bool Tried,
    bool Kept,
    string Reason,
    int Iterations,
    ResultPlan? Target,
    ResultWeightProbe? Probe,
    IReadOnlyList<ResultReconstructionStep> Steps)
{
    /// <summary>The result for a second plan, tried if no method made the first one accurate enough.</summary>
    public ResultReconstruction? Second { get; init; }

    internal ResultReconstruction With(Func<ResultPlan, ResultPlan> describe) => this with
    {
        Target = Target is null ? null : describe(Target),
        Steps = [.. Steps.Select(step => step with { After = step.After is null ? null : describe(step.After) })],
        Second = Second?.With(describe),
    };
}

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

    /// <summary>The seconds that were expected before it, from what the job had measured; absent if nothing was.</summary>
    public double? ExpectedSeconds { get; init; }

    /// <summary>The method's name in papers.</summary>
    [JsonIgnore]
    public string Title => Enum.GetValues<ReconstructionStep>().FirstOrDefault(step => step.Rounding() == Method).Title();
}

/// <summary>A plan with FP32 weights and quantized activations, in simulation.</summary>
/// <param name="Correct">Evaluation images that it gets right.</param>
/// <param name="Total">Evaluation images.</param>
/// <param name="Kl">Mean KL(FP32 ‖ probe), in nats: methods that only learn roundings are not expected to get below it.</param>
/// <param name="WeightsMatter">Whether such methods were tried.</param>
/// <param name="Reason">Why.</param>
/// <param name="Seconds">Wall time.</param>
public sealed record ResultWeightProbe(int Correct, int Total, double Kl, bool WeightsMatter, string Reason, double Seconds)
{
    /// <inheritdoc cref="ResultReconstructionStep.ExpectedSeconds"/>
    public double? ExpectedSeconds { get; init; }
}

/// <summary>The result of a fine-tuning.</summary>
/// <param name="Tried">Whether it was tried.</param>
/// <param name="Kept">Whether the trained plan is the winner.</param>
/// <param name="Reason">Why it was not tried, or was kept or not.</param>
/// <param name="Epochs">Passes over the training images.</param>
/// <param name="Before">The plan that was trained, before training; the winner if nothing was trained.</param>
/// <param name="After">The trained plan; absent if it has no result.</param>
/// <param name="Gain">Gain of top-1 against <paramref name="Before"/> on the evaluation images, a fraction.</param>
/// <param name="GainCi95">Paired interval of the gain: low, high.</param>
/// <param name="Learned">SHA-256 of the learned parameters.</param>
/// <param name="BestEpoch">The chosen epoch.</param>
/// <param name="Images">Images trained on.</param>
/// <param name="Seconds">Wall time of the last attempt.</param>
public sealed record ResultFineTune(
    bool Tried,
    bool Kept,
    string Reason,
    int Epochs,
    ResultPlan Before,
    ResultPlan? After,
    double? Gain,
    IReadOnlyList<double>? GainCi95,
    string? Learned,
    int? BestEpoch,
    int? Images,
    double? Seconds)
{
    /// <inheritdoc cref="ResultReconstructionStep.ExpectedSeconds"/>
    public double? ExpectedSeconds { get; init; }

    /// <summary>The result for the next plan, tried if this one did not become accurate enough.</summary>
    public ResultFineTune? Second { get; init; }

    internal ResultFineTune With(Func<ResultPlan, ResultPlan> describe) => this with
    {
        Before = describe(Before),
        After = After is null ? null : describe(After),
        Second = Second?.With(describe),
    };
}
