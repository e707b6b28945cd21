namespace Cluster.Plans;

/// <summary>An error meant for the user: one sentence that says what was found, what was expected and what to do.</summary>
public class JobException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>What the request fails on.</summary>
    public JobFault FailsOn { get; init; }
}
