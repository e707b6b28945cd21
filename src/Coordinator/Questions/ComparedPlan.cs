namespace Cluster.Coordinator.Questions;

/// <summary>One side of a comparison.</summary>
/// <param name="Name">Its name: a folder or a file.</param>
/// <param name="Plan">The plan.</param>
/// <param name="Accuracy">Its accuracy on the whole evaluation set; null if not measured.</param>
/// <param name="Latency">Its latency; null if not measured.</param>
/// <param name="Spec">The job that measured it; null if none did.</param>
public sealed record ComparedPlan(string Name, Plan Plan, AccuracyResult? Accuracy, LatencyResult? Latency, JobSpec? Spec);
