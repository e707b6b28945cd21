namespace Cluster.Coordinator.Results;

/// <summary>The results of a finished search; a function of the journal alone.</summary>
public sealed record JobOutcome
{
    /// <summary>The job's spec.</summary>
    public required JobSpec Spec { get; init; }

    /// <summary>The search space.</summary>
    public required SearchSpace Space { get; init; }

    /// <summary>The winning plan and why it won.</summary>
    public required WinnerSelected Selection { get; init; }

    /// <summary>Why the job ended early, as half a sentence; null if it did not.</summary>
    public string? Stopped { get; init; }

    /// <summary>The winner's measurements.</summary>
    public required PlanMeasurement Winner { get; init; }

    /// <summary>
    /// What the evaluation images show about the winner's loss, or null if it is FP32 or was not measured on all of them.
    /// </summary>
    public DropEvidence? Evidence { get; init; }

    /// <summary>The channel of all outputs of which the winner keeps least; null if it is FP32, or nothing is noisy.</summary>
    public OutputChannel? WorstChannel { get; init; }

    /// <summary>The original network.</summary>
    public required PlanMeasurement Float32 { get; init; }

    /// <summary>Every group in 8 bits by min-max without correction, or null if that failed.</summary>
    public PlanMeasurement? Int8 { get; init; }

    /// <summary>Every group in 8 bits with the best calibrator and bias correction, or null if all of them failed.</summary>
    public PlanMeasurement? Int8Best { get; init; }

    /// <summary>
    /// The plans that no other beats in both accuracy and measured latency, fastest first. The winner is one of them if it was timed: plans
    /// that beat it but did not win (<see cref="PassedOver"/>) are left out. FP32 is one unless it is beaten.
    /// </summary>
    public required IReadOnlyList<PlanMeasurement> Front { get; init; }

    /// <summary>
    /// How many plans measured as fast and as accurate as the winner, or are faster and accurate enough, and why they did not win, in a
    /// sentence; null if there are none.
    /// </summary>
    public string? PassedOver { get; init; }

    /// <summary>How the job ended; a file with learned numbers has a time of its own.</summary>
    public WinnerKind Kind => Selection.KindBy(Winner.Latency);

    /// <summary>The effect of 8 bits in each group alone, or null if the sweep failed.</summary>
    public SensitivityResult? Sensitivity { get; init; }

    /// <summary>The split of the latency, or null if the profile failed.</summary>
    public ProfileResult? Profile { get; init; }

    /// <summary>The user's own file, if the FP32 network that was written anew from it is faster by more than a tie.</summary>
    public GivenTiming? Given => Profile?.Given is { } given && Ties.IsFaster(given.Float32MedianMs, given.MedianMs) ? given : null;

    /// <summary>Why each group has the precision it has, in group order.</summary>
    public required IReadOnlyList<GroupVerdict> Verdicts { get; init; }

    /// <summary>Accuracy on the test set, if there is one.</summary>
    public TestResult? Test { get; init; }

    /// <summary>The result of learning roundings after the search, or null if it was not requested.</summary>
    public ReconstructionTrial? Reconstruction { get; init; }

    /// <summary>Roundings that were learned before the exploration, by format; empty if there are none.</summary>
    public IReadOnlyList<RepairTrial> Repairs { get; init; } = [];

    /// <summary>SHA-256 of the learned parameters that replaced the search's winner, or null if there are none.</summary>
    public string? Learned { get; init; }

    /// <summary>The result of the winner's fine-tuning, or null if it was not requested.</summary>
    public FineTuneTrial? FineTune { get; init; }

    /// <summary>The same on each of several kinds of machines; null for a job of one kind.</summary>
    public Fleet? Fleet { get; init; }

    /// <summary>Numbers of evaluations.</summary>
    public required EvaluationCounts Evaluations { get; init; }

    /// <summary>Every latency observation, in the order of the journal.</summary>
    public required IReadOnlyList<LatencyResult> Latencies { get; init; }

    /// <summary>Joint timings, in the order of the journal.</summary>
    public IReadOnlyList<FinalTimingResult> Finals { get; init; } = [];

    /// <summary>Predicted and measured milliseconds of every measured plan.</summary>
    public required IReadOnlyList<LatencyPrediction> Predictions { get; init; }

    /// <summary>How reliable the latency model is; null if nothing was timed.</summary>
    public LatencyModelCheck? LatencyModel { get; init; }

    /// <summary>Plans that the parity gate refused, in that order.</summary>
    public IReadOnlyList<RefusedPlan> Refused { get; init; } = [];

    /// <summary>Candidates that ended without a result.</summary>
    public required IReadOnlyList<ItemFailed> Failures { get; init; }

    /// <summary>
    /// Every plan with an accuracy on the whole evaluation set or a latency, in the order in which they were first
    /// measured.
    /// </summary>
    public IReadOnlyList<PlanMeasurement> Evaluated { get; init; } = [];

    /// <summary>The outcome of a job with a selected winner.</summary>
    /// <exception cref="InvalidOperationException">No winner is selected yet.</exception>
    public static JobOutcome Of(JobState state) => OutcomeBuilder.Build(state);
}
