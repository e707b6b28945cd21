namespace Cluster.Coordinator;

/// <summary>The job store does not answer at the moment: its jobs are not known to be damaged, and a later retry may help.</summary>
public sealed class JobStoreUnavailableException(string message, Exception? innerException = null) : JobException(message, innerException);
