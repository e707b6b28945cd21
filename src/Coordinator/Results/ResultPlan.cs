namespace Cluster.Coordinator.Results;

/// <summary>A plan with the measurements of its artefact.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="PlanDigest">Its identity.</param>
/// <param name="Accuracy">Accuracy on the evaluation set; absent if not measured.</param>
/// <param name="Latency">Latency; absent if not measured.</param>
/// <param name="SizeBytes">Size of the artefact; absent with the accuracy.</param>
/// <param name="Bops">Bit operations per image; absent with the accuracy.</param>
/// <param name="Artefact">The measured file; absent with the accuracy.</param>
public sealed record ResultPlan(
    Plan Plan,
    string PlanDigest,
    ResultAccuracy? Accuracy,
    ResultLatency? Latency,
    long? SizeBytes,
    long? Bops,
    ResultArtefact? Artefact);
