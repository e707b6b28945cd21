namespace Cluster.Coordinator.Search.Facts;

/// <summary>Numbers of evaluations.</summary>
/// <param name="Full">Accuracies on the whole evaluation set.</param>
/// <param name="Subset">Accuracies on a subset.</param>
/// <param name="Images">Images evaluated in both together.</param>
/// <param name="Labels">Labels that a person gave where the images have none; absent where they have.</param>
public sealed record EvaluationCounts(int Full, int Subset, long Images, int? Labels = null);
