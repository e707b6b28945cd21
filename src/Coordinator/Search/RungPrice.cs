namespace Cluster.Coordinator.Search;

/// <summary>
/// What an item of a step will take, from what its job measured before: images that pass through the network, times the seconds of a pass
/// in the last such item, and the time to measure a file. The first item is priced by the parity gate.
/// </summary>
internal static class RungPrice
{
    // Images of an iteration that learns roundings.
    private const int Batch = 32;

    // Of an image that is trained on, FP32's pass included.
    private const double TrainedPass = 3;

    /// <summary>The seconds of an item, or null where nothing like it was measured.</summary>
    /// <param name="before">What had ended before it; null: all that has.</param>
    public static double? Seconds(JobState state, WorkItem item, IEnumerable<StepEvent>? before = null)
    {
        var rate = (before ?? state.Steps).OfType<StepCompleted>()
            .Select(step => Rate(state, step.Item, step.Result))
            .LastOrDefault(known => known > 0);
        return rate is null && item is ReconstructItem { Step: ReconstructionStep.Probe } ? Gate(state)
            : (rate * Passes(state, item)) + (item.IsLong ? Measuring(state) : 0);
    }

    /// <summary>"about 40 s", "about 12 minutes", "unknown how long".</summary>
    public static string Words(double? seconds) => seconds is { } known ? $"about {Took(known)}" : "unknown how long";

    /// <summary>"40 s", "12 minutes".</summary>
    public static string Took(double seconds) => seconds < 120 ? $"{Math.Max(1, seconds):0} s" : $"{seconds / 60:0} minutes";

    // In passes of a simulation.
    private static double? Passes(JobState state, WorkItem item) => item switch
    {
        ReconstructItem { Step: ReconstructionStep.Probe } => state.Memory.Full(state.Memory.Baseline)?.Total,
        ReconstructItem learned => learned.Iterations * Batch * learned.Step.Cost(),
        FineTuneItem tuned => tuned.Epochs * state.Spec.TrainingImages * TrainedPass,
        _ => null,
    };

    private static double? Rate(JobState state, WorkItem item, WorkResult result) => result switch
    {
        WeightProbeResult probe => probe.Seconds,
        ReconstructResult { Blocks.Count: > 0 } learned => learned.Blocks.Sum(block => block.Seconds),
        LearnedResult learned => Math.Max(0, learned.Seconds - Measuring(state)),
        _ => null,
    } / Passes(state, item);

    // It builds and simulates, too.
    private static double? Gate(JobState state) =>
        state.Results.OfType<ParityResult>().LastOrDefault() is { Seconds: > 0 and var seconds } ? seconds : null;

    // The file is scored like the plan's own, gated, and timed.
    private static double Measuring(JobState state) =>
        (2 * (state.Memory.Full(state.Selection!.Plan)?.Seconds ?? 0))
        + (Gate(state) ?? 0)
        + (state.Results.OfType<FinalTimingResult>().LastOrDefault() is { } timed ? timed.Seconds / Math.Max(1, timed.Plans.Count) : 0);
}
