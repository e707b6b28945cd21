namespace Cluster.Evaluation.Failures;

/// <summary>A candidate answered with NaN or infinity.</summary>
public sealed class NotFiniteLogitsException(string message) : Exception(message);
