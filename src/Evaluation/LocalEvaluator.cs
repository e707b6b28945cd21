using Cluster.Evaluation.Learning.FineTuning;
using Cluster.Evaluation.Learning.Reconstruction;

namespace Cluster.Evaluation;

/// <summary>
/// Measures candidates in this process. Accuracy work holds the machine shared, timing holds it exclusively.
/// </summary>
/// <param name="lazy">The data that measurements share.</param>
/// <param name="learning">Where reconstruction and fine-tuning store their state; null: neither runs here.</param>
/// <param name="publish">Makes a job's files; null: not here.</param>
public sealed class LocalEvaluator(
    LazySetup lazy, LearningPlace? learning = null, Func<CancellationToken, Task<PublishedResult>>? publish = null) : IEvaluator
{
    // In cores: from here on other processes disturb the timing of one thread.
    private const double Busy = 0.5;

    // Kept, as it holds FP32's outputs, with which all files are compared.
    private readonly Lazy<AccuracyMeasurer> _accuracy = new(() => new AccuracyMeasurer(lazy.Value));
    private readonly SharedTurns _turns = new();
    private volatile IReadOnlyList<LatencyItem> _expected = [];
    private bool _isQuantizedJudged;

    private LatencyMeasurer Latency => new(lazy.Value);

    private LearningPlace Place => learning ?? throw new InvalidOperationException("This evaluator has no place for what is learned.");

    /// <summary>How long its work has waited for other programs that measure on this machine.</summary>
    public TimeSpan Waited => lazy.Machine.Waited;

    /// <inheritdoc/>
    public Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(lazy.Space);

    /// <inheritdoc/>
    public async Task<WorkResult> EvaluateAsync(WorkItem item, Attempt attempt, CancellationToken cancellationToken)
    {
        await attempt.Started(Environment.MachineName, "cpu");
        try
        {
            return await MeasureAsync(item, static _ => { }, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException
            && EvaluationFailures.Of(failure) is { Kind: not FailureKind.Unavailable })
        {
            return EvaluationFailures.Of(failure)!;
        }
    }

    /// <summary>
    /// Announces timings that will be requested one after another: they are measured in one turn, so later requests get their results at
    /// once. Replaces any earlier announcement. Thread-safe, and does not block.
    /// </summary>
    public void Expect(IReadOnlyList<LatencyItem> timings)
    {
        _expected = timings;
        _turns.Expect(timings);
    }

    /// <summary>Runs an item, and reports when it waits for the machine and when it runs.</summary>
    public async Task<WorkResult> MeasureAsync(WorkItem item, Action<WorkStage> stage, CancellationToken cancellationToken)
    {
        // Failures in the shared setup concern the machine; from here on they concern the plan.
        var repairs = lazy.Value.Repairs;
        foreach (string digest in repairs.Missing(_expected.Append(item).SelectMany(RepairNumbers.PlansOf)))
        {
            repairs.Add(digest, await Place.ReadAsync(digest, cancellationToken));
        }

        try
        {
            return await MeasurePlanAsync(item, stage, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            RequireDevices(item);
            if (failure is KernelException refused)
            {
                throw item is PublishItem ? EvaluationFailures.OfNetwork(refused) : EvaluationFailures.OfPlan(refused);
            }

            throw;
        }
    }

    // No error text tells whether the device or the plan failed. If our own sum fails too, it is the device.
    private void RequireDevices(WorkItem item)
    {
        learning?.Device.Require();
        if (lazy.Value.Target is { UsesGpu: true } target && item.Place.UsesTarget(lazy.Spec.Versions))
        {
            try
            {
                target.RequireUsable();
            }
            catch (JobException refusal)
            {
                throw new DeviceUnusableException(refusal.Message, refusal);
            }
        }
    }

    private async Task<WorkResult> MeasurePlanAsync(WorkItem item, Action<WorkStage> stage, CancellationToken cancellationToken)
    {
        switch (item)
        {
            case FineTuneItem tune:
                return await new WinnerTuner(lazy, _accuracy.Value, Latency, Place).RunAsync(
                    tune, stage, cancellationToken);
            case RepairItem repair:
                return await new RepairLearner(lazy, Place).RunAsync(repair, stage, cancellationToken);
            case ReconstructItem { Step: not ReconstructionStep.Probe } rebuild:
                return await new RoundingLearner(lazy, _accuracy.Value, Latency, Place).RunAsync(
                    rebuild, stage, cancellationToken);
        }

        // What one step leaves is of no use to the next, whose own comes on top. Short items are many, and follow their like.
        if (item is not (AccuracyItem { Images.IsFull: false } or LatencyItem))
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
            TorchSettings.ReleaseFreedMemory();
        }

        var machine = lazy.Value.Machine;
        stage(WorkStage.Waiting);
        using var hold = item.IsExclusive ? await machine.ExclusiveAsync(cancellationToken) : await machine.SharedAsync(cancellationToken);

        // A simulation takes several times as long as the runtime, for which a candidate's limit is set.
        stage(item is ReconstructItem ? WorkStage.Training : WorkStage.Running);
        if (item is PublishItem)
        {
            return await (publish ?? throw new InvalidOperationException("This evaluator makes no files."))(cancellationToken);
        }

        return await Task.Run(() => Measure(item, cancellationToken), cancellationToken);
    }

    private WorkResult Measure(WorkItem item, CancellationToken cancellation) => item switch
    {
        AccuracyItem accuracy => Judged(accuracy, _accuracy.Value.Measure(accuracy, cancellation)),
        TestItem test => _accuracy.Value.Measure(test, cancellation),
        LatencyItem latency => _turns.Measure(latency, items => Latency.Measure(items, cancellation)),
        ProfileItem profile => new ProfileMeasurer(lazy.Value).Measure(profile, cancellation),
        ReconstructItem probe => new WeightProbe(lazy.Value, _accuracy.Value).Measure(probe, cancellation),
        FinalTimingItem together => Judged(Latency.Measure(together, cancellation)),
        ParityItem parity => new ParityMeasurer(lazy.Value).Measure(parity, cancellation),
        RangesItem ranges => new RangesMeasurer(lazy.Value).Measure(ranges, cancellation),
        CalibratorItem calibrators => new CalibratorMeasurer(lazy.Value).Measure(calibrators, cancellation),
        SensitivityItem sensitivity => new SensitivityMeasurer(lazy.Value).Measure(sensitivity, cancellation),
        _ => throw new InvalidOperationException($"No measurement is known for {item.GetType().Name}."),
    };

    private AccuracyResult Judged(AccuracyItem item, AccuracyResult found)
    {
        if (item is { Plan.IsBaseline: true, Images.IsFull: true }
            && EvaluationSanity.JudgeCommand(found, lazy.Spec.Options) is { } rough)
        {
            lazy.Said?.Invoke(rough);
        }

        if (item is { Plan.IsBaseline: true, Images.IsFull: true })
        {
            found = found with { Unseen = lazy.Value.Resolver.Unseen };
        }

        if (found.Answers is null && item is { Plan.IsBaseline: true, Images.IsFull: true })
        {
            if (found.Losses is null && Float32Doubts.Of(lazy.Value, found.Correct) is { } doubt)
            {
                found = found with { Doubt = doubt.Words, IsProved = doubt.IsProved ? true : null };
            }

            RequireWorth(found);
            if (found.Doubt is not null)
            {
                lazy.Said?.Invoke($"warning: {found.Doubt}");
            }
        }

        if (found is { Losses: null, Answers: null }
            && item.Images.IsFull
            && !item.Plan.IsBaseline
            && item.Plan.Groups.Any(group => group.BiasCorrection)
            && !Interlocked.Exchange(ref _isQuantizedJudged, true)
            && EvaluationSanity.JudgeQuantized(Changes(found), lazy.Spec.Options) is { } few)
        {
            lazy.Said?.Invoke(few);
        }

        return found;
    }

    private void RequireWorth(AccuracyResult float32)
    {
        var options = lazy.Spec.Options;
        double? bound = options.Aim == SearchGoal.Accurate ? null : options.Bound(float32.Level);
        if ((float32.IsProved != true || options.Doubts == DoubtfulData.Ignore)
            && Float32Doubts.Worthless(lazy.Value, float32.Level, bound) is { } worthless)
        {
            throw new InvalidPlanException(Float32Doubts.Worthless(worthless, float32.Doubt));
        }
    }

    private PairedCounts Changes(AccuracyResult found) =>
        PairedCounts.Of(_accuracy.Value.Float32().CorrectBits, found.CorrectBits, found.Total);

    private FinalTimingResult Judged(FinalTimingResult found)
    {
        if (found.Plans[0].OtherCores is >= Busy and var cores)
        {
            lazy.Said?.Invoke(
                $"warning: other processes kept {cores:0.0} of {Environment.ProcessorCount} cores busy while the finalists were timed: "
                + "intervals are wider than on an idle machine, and what nearly ties may change places.");
        }

        return found;
    }
}
