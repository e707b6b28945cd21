namespace Cluster.Coordinator;

/// <summary>
/// The job itself cannot be done: no other machine, time or version of cluster would change that. The only kind of exception that fails a
/// cluster's job; every other one suspends it.
/// </summary>
public sealed class JobImpossibleException(string message, Exception? innerException = null) : JobException(message, innerException);

/// <summary>
/// Only its client can mend what stopped the job: it is suspended until it is resumed, and not retried automatically.
/// </summary>
public sealed class JobHeldException(string message) : JobException(message);

/// <summary>The job store does not answer at the moment: its jobs are not known to be damaged, and a later retry may help.</summary>
public sealed class JobStoreUnavailableException(string message, Exception? innerException = null) : JobException(message, innerException);

/// <summary>Another owner has taken over the journal: stop, and leave the job to that owner.</summary>
public sealed class JournalOwnershipException(string message, Exception? innerException = null) : JobException(message, innerException);
