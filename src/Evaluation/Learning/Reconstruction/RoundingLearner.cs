using Cluster.Learning.Reconstruction.Blocks;

namespace Cluster.Evaluation.Learning.Reconstruction;

/// <summary>
/// Runs a job's <see cref="ReconstructItem"/>: learns roundings, and measures the resulting file like any other candidate.
/// </summary>
internal sealed class RoundingLearner(LazySetup lazy, AccuracyMeasurer accuracy, LatencyMeasurer latency, LearningPlace place)
{
    /// <summary>Learns, or resumes after the blocks that an earlier attempt finished.</summary>
    /// <exception cref="Networks.KernelException">The network or the images cannot be reconstructed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; finished blocks are kept.</exception>
    public Task<WorkResult> RunAsync(ReconstructItem item, Action<WorkStage> stage, CancellationToken cancellation)
    {
        var setup = lazy.Value;
        return new LearningFrame(setup, accuracy, latency, place).RunAsync(
            item,
            (folder, share) => Describe(Learn(item, setup, folder, share, cancellation), setup, cancellation),
            stage,
            cancellation);
    }

    private LearnedCandidate Describe(ReconstructionOutcome outcome, EvaluationSetup setup, CancellationToken cancellation)
    {
        var channels = ChannelCheck.Judge(setup, outcome.After, outcome.Plan, cancellation);
        var result = new ReconstructResult
        {
            Plan = outcome.Plan,
            Learned = outcome.Learned.ComputeDigest(),
            Accuracy = accuracy.Describe(outcome.Plan, outcome.After, outcome.ScoreAfter),
            ParityFailure = outcome.Parity.Failure ?? channels.Failure,
            WorstChannel = channels.Worst,
            Quiet = channels.Quiet,
            Blocks = outcome.Blocks,
            Evaluations = outcome.Evaluations,
        };
        return new LearnedCandidate(result, outcome.Learned, outcome.After)
        {
            MayWin = result.ParityFailure is null && IsWorthTiming(outcome),
            MustBeFaster = true,
        };
    }

    private ReconstructionOutcome Learn(
        ReconstructItem item, EvaluationSetup setup, string folder, MachineShare share, CancellationToken cancellation)
    {
        string title = item.Step.Title();
        var learning = new RoundingOptions(lazy.Spec.Options, place);
        var options = learning.Of(Method(item.Step), item.Iterations, item.Step.Rounding());
        place.Say($"{title} on {setup.Calibration.Images.Count} images, {FormatShares.Of(item.Plan)}");
        if (UnlearnedLayers.Words(setup.Network.Grouped, Method(item.Step)) is { } unlearned)
        {
            place.Say($"{title}: {unlearned}");
        }

        var outcome = new PlanReconstructor(setup, accuracy).Run(
            item.Plan,
            item.Step.Rounding(),
            options,
            folder,
            new BlockLines(title, place.Say),
            cancellation,
            share,
            learning.HeldOutSeed);
        place.Say(
            $"{title}: {outcome.Blocks.Count(block => block.Kept)} of {outcome.Blocks.Count} blocks kept, "
            + LearnedAccuracy.Found(setup.Metric, outcome.ScoreBefore, outcome.ScoreAfter));
        return outcome;
    }

    /// <summary>What learns in a step.</summary>
    public static ReconstructionMethod Method(ReconstructionStep step) => step switch
    {
        ReconstructionStep.AdaRound => ReconstructionMethod.AdaRound,
        ReconstructionStep.Brecq => ReconstructionMethod.Brecq,
        _ => ReconstructionMethod.QDrop,
    };

    private bool IsWorthTiming(ReconstructionOutcome outcome) => outcome.Blocks.Any(block => block.Kept)
        && LearnedAccuracy.MayWin(accuracy.Float32(), outcome.ScoreBefore, outcome.ScoreAfter, lazy.Spec.Options);
}
