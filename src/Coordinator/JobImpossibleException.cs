using Cluster.Plans;

namespace Cluster.Coordinator;

/// <summary>
/// The job itself cannot be done: no other machine, time or version of cluster would change that. The one kind of
/// exception that fails a job of a cluster; every other one suspends it.
/// </summary>
public sealed class JobImpossibleException : JobException
{
    /// <summary>Creates the error with its sentence, and the cause where there is one.</summary>
    public JobImpossibleException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
