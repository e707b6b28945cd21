using Cluster.Plans;

namespace Cluster.Coordinator;

/// <summary>
/// The job itself cannot be done: no other machine, time or version of cluster would change that. The only kind of exception that fails a
/// cluster's job; every other one suspends it.
/// </summary>
public sealed class JobImpossibleException : JobException
{
    /// <summary>Creates the error with its sentence, and the cause if there is one.</summary>
    public JobImpossibleException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
