using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Decisions;
using Cluster.Coordinator.Search.Repairs;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Results;

/// <summary>Everything that a finished search found; a function of the journal alone.</summary>
public sealed record JobOutcome
{
    /// <summary>What was asked.</summary>
    public required JobSpec Spec { get; init; }

    /// <summary>What was decided about.</summary>
    public required SearchSpace Space { get; init; }

    /// <summary>The winning plan and why it won.</summary>
    public required WinnerSelected Selection { get; init; }

    /// <summary>Why the job ended before it was through, as half a sentence; null where it did not.</summary>
    public string? Stopped { get; init; }

    /// <summary>The winner's measurements.</summary>
    public required PlanMeasurement Winner { get; init; }

    /// <summary>
    /// What the evaluation images show of the winner's loss, or null where it is FP32 or was not measured on all of them.
    /// </summary>
    public DropEvidence? Evidence { get; init; }

    /// <summary>The network as it came.</summary>
    public required PlanMeasurement Float32 { get; init; }

    /// <summary>Every group in 8 bits by min-max without correction, or null where that failed.</summary>
    public PlanMeasurement? Int8 { get; init; }

    /// <summary>Every group in 8 bits with the best calibrator and bias correction, or null where all of them failed.</summary>
    public PlanMeasurement? Int8Best { get; init; }

    /// <summary>
    /// The plans that no other beats in both accuracy and measured latency, fastest first; the winner is one of them wherever it was timed,
    /// as what beats it without having become it (<see cref="PassedOver"/>) is none, and FP32 is unless it is beaten.
    /// </summary>
    public required IReadOnlyList<PlanMeasurement> Front { get; init; }

    /// <summary>
    /// How many plans measured as fast as the winner and as accurate, or are faster and accurate enough, and why they are not the winner,
    /// in a sentence; null where none did.
    /// </summary>
    public string? PassedOver { get; init; }

    /// <summary>Whether the winner was chosen as faster than FP32, and the interval of its latency leaves open that it is not.</summary>
    public bool IsUnclear => Selection.Kind == WinnerKind.Faster && Winner.Latency is { IsUnclear: true };

    /// <summary>What 8 bits in each group alone do, or null where the sweep failed.</summary>
    public SensitivityResult? Sensitivity { get; init; }

    /// <summary>Where the time goes, or null where the profile failed.</summary>
    public ProfileResult? Profile { get; init; }

    /// <summary>Why each group has the precision it has, in group order.</summary>
    public required IReadOnlyList<GroupVerdict> Verdicts { get; init; }

    /// <summary>Accuracy on the test set, where there is one.</summary>
    public TestResult? Test { get; init; }

    /// <summary>What became of learning roundings after the search, or null where none was asked for.</summary>
    public ReconstructionTrial? Reconstruction { get; init; }

    /// <summary>Roundings that were learned before the exploration, by format; empty where none were.</summary>
    public IReadOnlyList<RepairTrial> Repairs { get; init; } = [];

    /// <summary>SHA-256 of the learned parameters that took the search's winner's place, or null where none did.</summary>
    public string? Learned { get; init; }

    /// <summary>What became of the winner's fine-tuning, or null where none was asked for.</summary>
    public FineTuneTrial? FineTune { get; init; }

    /// <summary>How much was evaluated.</summary>
    public required EvaluationCounts Evaluations { get; init; }

    /// <summary>Every latency observation, in the order of the journal.</summary>
    public required IReadOnlyList<LatencyResult> Latencies { get; init; }

    /// <summary>What was timed together, in the order of the journal.</summary>
    public IReadOnlyList<FinalTimingResult> Finals { get; init; } = [];

    /// <summary>Predicted and measured milliseconds of every measured plan.</summary>
    public required IReadOnlyList<LatencyPrediction> Predictions { get; init; }

    /// <summary>How far the latency model can be believed; null where nothing was timed.</summary>
    public LatencyModelCheck? LatencyModel { get; init; }

    /// <summary>Plans that the parity gate refused, in the order in which it did.</summary>
    public IReadOnlyList<RefusedPlan> Refused { get; init; } = [];

    /// <summary>Candidates that ended without a result.</summary>
    public required IReadOnlyList<ItemFailed> Failures { get; init; }

    /// <summary>
    /// Every plan with an accuracy on the whole evaluation set or a latency, in the order in which they were first
    /// measured.
    /// </summary>
    public IReadOnlyList<PlanMeasurement> Evaluated { get; init; } = [];

    /// <summary>What a job whose winner is selected found.</summary>
    /// <exception cref="InvalidOperationException">No winner is selected yet.</exception>
    public static JobOutcome Of(JobState state) => OutcomeBuilder.Build(state);
}
