namespace Cluster.Coordinator;

/// <summary>Another owner has taken the journal over: whoever gets this stops, and leaves the job to that one.</summary>
public sealed class JournalOwnershipException(string message, Exception? innerException = null) : JobException(message, innerException);
