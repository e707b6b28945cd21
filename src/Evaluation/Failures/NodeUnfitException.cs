using Cluster.Plans;

namespace Cluster.Evaluation.Failures;

/// <summary>This machine cannot do a job's work; another one, or this one later, may.</summary>
internal sealed class NodeUnfitException(string message, Exception? innerException = null) : JobException(message, innerException);
