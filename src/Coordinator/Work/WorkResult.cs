using System.Text.Json.Serialization;

namespace Cluster.Coordinator.Work;

/// <summary>What an evaluator found; a closed set. An expected failure is a value too: <see cref="FailedResult"/>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(AccuracyResult), "accuracy")]
[JsonDerivedType(typeof(LatencyResult), "latency")]
[JsonDerivedType(typeof(SensitivityResult), "sensitivity")]
[JsonDerivedType(typeof(ProfileResult), "profile")]
[JsonDerivedType(typeof(TestResult), "test")]
[JsonDerivedType(typeof(WeightProbeResult), "weightProbe")]
[JsonDerivedType(typeof(ReconstructResult), "reconstruct")]
[JsonDerivedType(typeof(FineTuneResult), "fineTune")]
[JsonDerivedType(typeof(PublishResult), "publish")]
[JsonDerivedType(typeof(FailedResult), "failed")]
public abstract record WorkResult;
