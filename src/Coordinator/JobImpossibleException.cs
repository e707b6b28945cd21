namespace Cluster.Coordinator;

/// <summary>
/// The job itself cannot be done: no other machine, time or version of cluster would change that. The only kind of exception that fails a
/// cluster's job; every other one suspends it.
/// </summary>
public sealed class JobImpossibleException(string message, Exception? innerException = null) : JobException(message, innerException);
