using Cluster.Plans;

namespace Cluster.Coordinator;

/// <summary>
/// Where jobs are stored does not answer just now: nothing is known to be wrong with them, and trying again later may help.
/// </summary>
public sealed class JobStoreUnavailableException : JobException
{
    /// <summary>Creates the error with its sentence, and the cause where there is one.</summary>
    public JobStoreUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
