namespace Cluster.Coordinator.Work;

/// <summary>An evaluator's result; a closed set. An expected failure is a value too: <see cref="FailedResult"/>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(AccuracyResult), "accuracy")]
[JsonDerivedType(typeof(LatencyResult), "latency")]
[JsonDerivedType(typeof(SensitivityResult), "sensitivity")]
[JsonDerivedType(typeof(CalibratorResult), "calibrators")]
[JsonDerivedType(typeof(ParityResult), "parity")]
[JsonDerivedType(typeof(RangesResult), "ranges")]
[JsonDerivedType(typeof(FinalTimingResult), "finalTiming")]
[JsonDerivedType(typeof(ProfileResult), "profile")]
[JsonDerivedType(typeof(TestResult), "test")]
[JsonDerivedType(typeof(LabelResult), "labels")]
[JsonDerivedType(typeof(WeightProbeResult), "weightProbe")]
[JsonDerivedType(typeof(RepairResult), "repair")]
[JsonDerivedType(typeof(ReconstructResult), "reconstruct")]
[JsonDerivedType(typeof(FineTuneResult), "fineTune")]
[JsonDerivedType(typeof(PublishedResult), "published")]
[JsonDerivedType(typeof(PreparedResult), "prepared")]
[JsonDerivedType(typeof(RefusedResult), "refused")]
[JsonDerivedType(typeof(FailedResult), "failed")]
public abstract record WorkResult;

/// <summary>The item has no result.</summary>
/// <param name="Kind">The kind of failure, which decides whether to retry.</param>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="Predictions">The digest of predictions that the job's client still scores: the item is repeated once it has; null of
/// others.</param>
public sealed record FailedResult(FailureKind Kind, string Reason, string? Predictions = null) : WorkResult;

/// <summary>The item was proposed but not done, because the search was stopped. No journal contains it; it follows from one.</summary>
public sealed record UndoneResult : WorkResult;

/// <summary>Accuracy of the winner and of FP32 on the test set.</summary>
/// <param name="Correct">Images that the winner gets right.</param>
/// <param name="Float32Correct">Images that FP32 gets right.</param>
/// <param name="Total">Images in the set.</param>
/// <param name="Lost">Images that FP32 gets right and the winner does not.</param>
/// <param name="Gained">Images that the winner gets right and FP32 does not.</param>
/// <param name="Level">The winner's mean loss if the metric is a loss (<see cref="AccuracyResult.Level"/>); null otherwise.</param>
/// <param name="Float32Level">The same for FP32.</param>
public sealed record TestResult(
    int Correct, int Float32Correct, int Total, int Lost, int Gained, double? Level = null, double? Float32Level = null) : WorkResult;

/// <summary>The labels that a person gave.</summary>
/// <param name="Labels">A class for each image of the <see cref="LabelItem"/>, in its order; <see cref="Unknown"/> where the person could
/// not tell.</param>
public sealed record LabelResult(IReadOnlyList<int> Labels) : WorkResult
{
    /// <summary>For an image whose class cannot be told: it stays undecided.</summary>
    public const int Unknown = -1;
}
