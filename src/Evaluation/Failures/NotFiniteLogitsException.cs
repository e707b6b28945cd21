namespace Cluster.Evaluation.Failures;

/// <summary>A candidate answered with NaN or infinity.</summary>
internal sealed class NotFiniteLogitsException(string message) : Exception(message);
