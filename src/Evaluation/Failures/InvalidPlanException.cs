using Cluster.Plans;

namespace Cluster.Evaluation.Failures;

/// <summary>The request cannot be built or run as its plan says; no other machine would succeed.</summary>
public sealed class InvalidPlanException(string message, Exception? innerException = null) : JobException(message, innerException);
