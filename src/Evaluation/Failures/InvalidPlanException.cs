using Cluster.Plans;

namespace Cluster.Evaluation.Failures;

/// <summary>What was asked for cannot be built or run as its plan says: no other machine would do better.</summary>
public sealed class InvalidPlanException(string message, Exception? innerException = null) : JobException(message, innerException);
