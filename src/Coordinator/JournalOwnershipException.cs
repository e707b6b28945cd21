namespace Cluster.Coordinator;

/// <summary>Another owner has taken over the journal: stop, and leave the job to that owner.</summary>
public sealed class JournalOwnershipException(string message, Exception? innerException = null) : JobException(message, innerException);
