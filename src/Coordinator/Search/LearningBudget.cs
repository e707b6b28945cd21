namespace Cluster.Coordinator.Search;

/// <summary>
/// The time limit for learning roundings if a job did not request it: as long as all the search's measurements took, at least ten minutes.
/// It counts seconds of journaled results. A method of unknown duration starts while there is any time left; once another method's time is
/// known, only if the next one would end in time if it took as long.
/// </summary>
internal static class LearningBudget
{
    private const double LeastSeconds = 600;

    /// <summary>"2 plans, up to 3 methods of 500 iterations a block each, in at most 12 minutes".</summary>
    public static string Words(JobState state, int plans) =>
        $"{plans} {(plans == 1 ? "plan" : "plans")}, up to 3 methods of {state.Spec.Options.Iterations} iterations a block"
        + $"{(plans == 1 ? string.Empty : " each")}{(IsBounded(state) ? $", in at most {Minutes(state):0} minutes" : string.Empty)}";

    /// <summary>Whether no further method may start.</summary>
    public static bool IsSpent(JobState state)
    {
        var taken = Taken(state).ToArray();
        return IsBounded(state) && taken.Length > 0 && taken.Sum() + taken.Max() > Seconds(state);
    }

    /// <summary>The reason, in half a sentence.</summary>
    public static string WhySpent(JobState state) =>
        $"the rest was left out, as another method like those before would not be over within {Minutes(state):0} minutes "
        + $"({JobLimits.Reconstruct.Name} always has no such limit)";

    private static bool IsBounded(JobState state) => state.Spec.Options.Reconstruct == ReconstructionMode.Auto;

    private static double Minutes(JobState state) => Math.Ceiling(Seconds(state) / 60);

    private static double Seconds(JobState state) => Math.Max(LeastSeconds, state.Results.Sum(SecondsOf));

    private static IEnumerable<double> Taken(JobState state) => state.Steps
        .OfType<StepCompleted>()
        .Where(ended => PostSearchSteps.IsOf(ended, PostSearchSteps.Reconstruction))
        .Select(ended => SecondsOf(ended.Result));

    private static double SecondsOf(WorkResult result) => result switch
    {
        AccuracyResult accuracy => accuracy.Seconds,
        SensitivityResult sweep => sweep.Seconds,
        CalibratorResult calibrators => calibrators.Seconds,
        RepairResult repair => repair.Seconds,
        FinalTimingResult together => together.Seconds,
        ParityResult parity => parity.Seconds,
        WeightProbeResult probe => probe.Seconds,
        LearnedResult learned => learned.Seconds,
        _ => 0,
    };
}
