namespace Cluster.Coordinator.Results;

/// <summary>A finished search; a function of the journal alone.</summary>
public sealed record JobOutcome
{
    /// <summary>The job's spec.</summary>
    public required JobSpec Spec { get; init; }

    /// <summary>The search space.</summary>
    public required SearchSpace Space { get; init; }

    /// <summary>
    /// The result. Its host adds the names of files, the model's size, the parity gate's finding on the winner, and the time by stage.
    /// </summary>
    public required ResultDocument Result { get; init; }

    /// <summary>The winner's measurements, image by image.</summary>
    public required PlanMeasurement Winner { get; init; }

    /// <summary>
    /// Every plan with an accuracy or a latency, in the order in which they were first measured, with measurements image by image.
    /// </summary>
    public required IReadOnlyList<PlanMeasurement> Evaluated { get; init; }

    /// <summary><see cref="Evaluated"/>, described as in the result.</summary>
    public IReadOnlyList<ResultPlan> Described
    {
        get
        {
            var float32 = Evaluated.FirstOrDefault(one => one.Plan.IsBaseline)?.Accuracy;
            return [.. Evaluated.Select(one => ResultPlans.Of(one, float32))];
        }
    }

    /// <summary>The channel of all outputs of which the winner keeps least; null if it is FP32, or nothing is noisy.</summary>
    public OutputChannel? WorstChannel { get; init; }

    /// <inheritdoc cref="ParityFinding.Quiet"/>
    public QuietSamples? Quiet { get; init; }

    /// <summary>SHA-256 of the learned parameters that replaced the search's winner, or null if there are none.</summary>
    public string? Learned { get; init; }

    /// <summary>What was trained and did not replace the winner, in its order: its files are written beside the winner's.</summary>
    public IReadOnlyList<LearnedResult> Trained { get; init; } = [];

    /// <summary>The split of the latency, or null if the profile failed.</summary>
    public ProfileResult? Profile { get; init; }

    /// <summary>Every latency observation, in the order of the journal.</summary>
    public required IReadOnlyList<LatencyResult> Latencies { get; init; }

    /// <summary>Joint timings, in the order of the journal.</summary>
    public IReadOnlyList<FinalTimingResult> Finals { get; init; } = [];

    /// <summary>Work of the search that ended without a result.</summary>
    public required IReadOnlyList<FailedWork> Failures { get; init; }

    /// <summary>The outcome of a job with a selected winner.</summary>
    /// <exception cref="InvalidOperationException">No winner is selected yet.</exception>
    public static JobOutcome Of(JobState state) => OutcomeBuilder.Build(state);
}

/// <summary>Work of a search that ended without a result; the search went on without it.</summary>
/// <param name="Title">What it was, and of which plan.</param>
/// <param name="Failure">Why.</param>
/// <param name="Attempts">How often it was tried.</param>
public sealed record FailedWork(string Title, FailedResult Failure, int Attempts);
