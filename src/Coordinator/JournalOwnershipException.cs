using Cluster.Plans;

namespace Cluster.Coordinator;

/// <summary>Another owner has taken the journal over: the receiver stops, and leaves the job to that owner.</summary>
public sealed class JournalOwnershipException(string message, Exception? innerException = null) : JobException(message, innerException);
