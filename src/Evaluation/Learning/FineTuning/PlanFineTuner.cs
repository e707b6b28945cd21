using Cluster.Learning.FineTuning;
using Cluster.Learning.Parallel;

namespace Cluster.Evaluation.Learning.FineTuning;

/// <summary>
/// Fine-tunes a plan and judges the result by its file: the plan's file and the trained one are both scored on the
/// evaluation images. The precision of every group stays as the plan has it.
/// </summary>
/// <param name="gate">What the trained file has to pass.</param>
internal sealed class PlanFineTuner(FileScorer scorer, ParityReports gate, ArtefactBuilder builder)
{
    /// <summary>The name, in plans, for how a trained plan's weights are rounded.</summary>
    public const string Rounding = "qat";

    /// <summary>Trains, builds, gates and compares.</summary>
    /// <param name="share">The shared machine lock, which training yields between two steps to a waiting timer.</param>
    /// <exception cref="JobException">The plan has no quantized group.</exception>
    /// <exception cref="Networks.KernelException">Training failed.</exception>
    public FineTuneOutcome Run(
        FineTuneStart start,
        TrainingSplit images,
        FineTuneOptions options,
        IProgress<FineTuneProgress>? progress,
        CancellationToken cancellation,
        MachineShare? share = null)
    {
        var before = builder.Build(start.Plan, cancellation, start.Corrections, start.Learned);
        var quantized = before.Network
            ?? throw new JobException(
                "The plan leaves every group in FP32, so there is nothing to fine-tune: give a plan with quantized groups.");
        var yielding = share is null ? null : new Yielding(() => share.IsAwaited, () => share.GiveWay(cancellation));
        var training = new FineTuner(quantized, options).Run(images.Training, images.Validation, progress, cancellation, yielding);
        var plan = Trained(start.Plan);
        var after = builder.Build(plan, cancellation, training.Parameters.Biases, training.Parameters);
        var parity = gate.Check(after, cancellation)!;
        var scoreBefore = scorer.Score(before.File, cancellation);
        var scoreAfter = scorer.Score(after.File, cancellation);
        var counts = MetricScorer.Count(scoreBefore, scoreAfter);
        var verdict = parity.Passed
            ? LearnedVerdict.Of(counts, scoreBefore.Kl, scoreAfter.Kl)
            : new LearnedVerdict(false, $"the parity gate refuses the trained file: {parity.Failure}");
        return new FineTuneOutcome(
            plan, training.Parameters, before, after, scorer.Float32(), scoreBefore, scoreAfter, counts,
            parity, training, verdict);
    }

    // Training starts from the corrected biases; they are not estimated again afterwards.
    private static Plan Trained(Plan plan) => new(
        plan.Target,
        [.. plan.Groups.Select(
            group => group.Format.IsCalibrated ? group with { BiasCorrection = false, Rounding = Rounding } : group)]);
}

/// <summary>The plan at the start of a fine-tuning, and the numbers it was built with.</summary>
/// <param name="Corrections">Corrected biases; null: they are estimated.</param>
/// <param name="Learned">Numbers from a reconstruction or an earlier training, if any.</param>
internal sealed record FineTuneStart(Plan Plan, IReadOnlyDictionary<string, float[]>? Corrections, LearnedParameters? Learned);

/// <summary>The outcome of fine-tuning, measured on the files before and after.</summary>
/// <param name="Plan">The trained plan: the same precision of every group.</param>
internal sealed record FineTuneOutcome(
    Plan Plan,
    LearnedParameters Learned,
    BuiltArtefact Before,
    BuiltArtefact After,
    RuntimeScore Float32,
    RuntimeScore ScoreBefore,
    RuntimeScore ScoreAfter,
    PairedCounts Counts,
    ParityReport Parity,
    TrainingOutcome Training,
    LearnedVerdict Verdict);
