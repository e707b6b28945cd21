namespace Cluster.Evaluation.Failures;

/// <summary>The client of a job did not score its predictions; says nothing about the plan.</summary>
public sealed class UnscoredException(string message) : JobException(message);
