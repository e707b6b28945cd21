using Cluster.Plans;

namespace Cluster.Evaluation.Failures;

/// <summary>A file answered with NaN or infinity.</summary>
public sealed class NotFiniteLogitsException(string message) : JobException(message);
