namespace Cluster.Coordinator.Running;

/// <summary>Checks a result before it enters a journal on which all later decisions rest.</summary>
public static class ResultGuard
{
    /// <summary>The result, or a failure if its numbers are not finite.</summary>
    /// <exception cref="InvalidOperationException">The evaluator broke its contract: another kind of result, or numbers that contradict
    /// each other.</exception>
    public static WorkResult Check(WorkItem item, WorkResult result)
    {
        var fits = (item, result) switch
        {
            (_, FailedResult) => true,
            (AccuracyItem, AccuracyResult accuracy) => Counts(accuracy),
            (LatencyItem latency, LatencyResult found) => Fits(found, latency.Plan),
            (ReconstructItem { Step: ReconstructionStep.Probe }, WeightProbeResult probe) =>
                Counts(probe.CorrectBits, probe.Correct, probe.Total, probe.Losses),
            (ReconstructItem { Step: not ReconstructionStep.Probe } asked, ReconstructResult found) => Fits(found, asked.Plan),
            (FineTuneItem asked, FineTuneResult found) => Fits(found, asked.Plan),
            (CalibratorItem asked, CalibratorResult found) => Fits(found, asked),
            (RepairItem asked, RepairResult found) => Fits(found, asked),
            (FinalTimingItem asked, FinalTimingResult found) => found.Plans.Count == asked.Plans.Count
                && asked.Plans.Zip(found.Plans).All(pair => Fits(pair.Second, pair.First)),
            (ParityItem asked, ParityResult found) =>
                !found.Groups.Except(asked.Plan.Groups.Select(decision => decision.Group), StringComparer.Ordinal).Any(),
            (RangesItem asked, RangesResult found) =>
                !found.Tensors.Select(tensor => tensor.Group).Except(asked.Plan.Groups.Select(decision => decision.Group)).Any(),
            (SensitivityItem asked, SensitivityResult found) => Fits(found, asked),
            (LabelItem asked, LabelResult found) => found.Labels.Count == asked.Images.Count
                && found.Labels.All(label => label is >= LabelResult.Unknown and < ClassAnswers.MostClasses),
            (ProfileItem, ProfileResult) or (TestItem, TestResult) or (PublishItem, PublishedResult) => true,
            _ => false,
        };
        if (!fits)
        {
            throw new InvalidOperationException(
                $"The evaluator's {result.GetType().Name} for the {item.Title} is of another kind or contradicts itself.");
        }

        var finite = result switch
        {
            AccuracyResult accuracy => IsFinite(accuracy.Kl, accuracy.Losses),
            WeightProbeResult probe => IsFinite(probe.Kl, probe.Losses),
            LearnedResult learned => IsFinite(learned.Accuracy.Kl, learned.Accuracy.Losses)
                && (learned is not ReconstructResult found
                    || found.Blocks.All(block => double.IsFinite(block.Before) && double.IsFinite(block.After))),
            RepairResult found => found.Groups.All(group => double.IsFinite(group.Before) && double.IsFinite(group.After)),
            SensitivityResult sweep => IsFinite(sweep),
            RangesResult ranges => ranges.Tensors.All(tensor => double.IsFinite(tensor.BeforeDb + tensor.NowDb + tensor.Beyond))
                && ranges.Inputs.All(input => double.IsFinite(input.Shift + input.Spread)),
            CalibratorResult chosen => double.IsFinite(chosen.Kl)
                && chosen.Networks.Concat(chosen.Groups.SelectMany(group => group.Alone)).All(score => double.IsFinite(score.Kl)),
            _ => true,
        };
        return finite ? result : new FailedResult(FailureKind.NotFinite, $"The {item.Title} gave a value that is not finite.");
    }

    private static bool Counts(AccuracyResult accuracy) =>
        Counts(accuracy.CorrectBits, accuracy.Correct, accuracy.Total, accuracy.Losses)
        && (accuracy.Answers is not { } answers || accuracy.Metric.GetValueOrDefault().Ranks() is var ranks
            && ClassAnswers.Count(answers) is var count
            && (count == ranks * (accuracy.Total - accuracy.Correct) || count == ranks * accuracy.Total));

    private static bool Counts(byte[] bits, int correct, int total, byte[]? losses) => total > 0 && (losses is null
        ? bits.Length == (total + 7) / 8 && PairedCounts.Count(bits) == correct
        : bits.Length == 0 && correct == 0 && SampleLosses.Count(losses) == total);

    private static bool IsFinite(SensitivityResult sweep) =>
        sweep.Groups.All(group => double.IsFinite(group.Kl) && double.IsFinite(group.SqnrDb ?? 0))
        && (sweep.Part is not { } part || part.Groups.All(sums => double.IsFinite(sums.Divergence + sums.Signal + sums.Noise)));

    private static bool IsFinite(double kl, byte[]? losses) =>
        double.IsFinite(kl) && (losses is null || SampleLosses.Values(losses).All(double.IsFinite));

    private static bool Fits(LearnedResult found, Plan asked) => Counts(found.Accuracy)
        && HasItsFormats(found.Plan, asked)
        && (found.Latency is null || Fits(found.Latency, found.Plan));

    private static bool Fits(LatencyResult found, Plan plan) => found is { MedianMs: > 0, Float32MedianMs: > 0 }
        && string.Equals(found.PlanDigest, plan.Digest, StringComparison.Ordinal);

    private static bool Fits(SensitivityResult found, SensitivityItem asked) => asked.Part == found.Part?.Part
        && (found.Part is not { } part || (part.Images > 0 && part.Groups.Count == found.Groups.Count));

    private static bool Fits(CalibratorResult found, CalibratorItem asked) => found.Groups
        .Select(group => group.Group)
        .SequenceEqual(
            asked.Plan.Groups.Where(group => group.Format.IsCalibrated).Select(group => group.Group), StringComparer.Ordinal)
        && found.Groups.All(group => asked.Methods.Contains(group.Calibrator, StringComparer.Ordinal));

    private static bool Fits(RepairResult found, RepairItem asked) => found.Learned is null == (found.Groups.Count == 0)
        && found.Groups.All(group => group.After < group.Before)
        && !found.Groups.Select(group => group.Group)
            .Except(asked.Plan.Groups.Where(group => group.Format.IsInteger).Select(group => group.Group), StringComparer.Ordinal)
            .Any();

    // Reconstruction and fine-tuning learn numbers: the format of each group stays.
    private static bool HasItsFormats(Plan found, Plan asked) => found.HasFormatsOf(asked)
        && found.Groups.Select(group => group.Group).SequenceEqual(asked.Groups.Select(group => group.Group), StringComparer.Ordinal);
}
