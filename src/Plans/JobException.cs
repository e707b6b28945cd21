namespace Cluster.Plans;

/// <summary>An error meant for the user: one sentence that says what was found, what was expected and what to do.</summary>
public class JobException : Exception
{
    /// <summary>Creates the error with its sentence, and the cause if there is one.</summary>
    public JobException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>What the request fails on.</summary>
    public JobFault FailsOn { get; init; }
}
