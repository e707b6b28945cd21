namespace Cluster.Coordinator.Ports;

/// <summary>A remote store could not be reached, or did not do what was requested. The sentence says what to do.</summary>
public sealed class StoreUnavailableException : IOException
{
    /// <summary>An error without a message.</summary>
    public StoreUnavailableException()
    {
    }

    /// <param name="message">A sentence for the operator.</param>
    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    /// <param name="message">A sentence for the operator.</param>
    /// <param name="innerException">The cause.</param>
    public StoreUnavailableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
