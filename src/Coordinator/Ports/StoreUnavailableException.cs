namespace Cluster.Coordinator.Ports;

/// <summary>A store that is elsewhere could not be asked, or did not do what was asked. The sentence says what to do.</summary>
public sealed class StoreUnavailableException : IOException
{
    /// <summary>An error without a word.</summary>
    public StoreUnavailableException()
    {
    }

    /// <param name="message">A sentence for the operator.</param>
    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    /// <param name="message">A sentence for the operator.</param>
    /// <param name="innerException">What was met.</param>
    public StoreUnavailableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
