namespace Cluster.DataSpecs;

/// <summary>
/// A data spec, a model, or a file named by one of them cannot be used. The message is one sentence for a user: what was found, what was
/// expected, what to do.
/// </summary>
public class DataSpecException : Exception
{
    /// <summary>Reports a failure that has no underlying exception.</summary>
    /// <param name="message">What was found, what was expected, what to do.</param>
    public DataSpecException(string message)
        : base(message)
    {
    }

    /// <summary>Reports a failure that another exception caused.</summary>
    /// <param name="message">What was found, what was expected, what to do.</param>
    /// <param name="innerException">The cause.</param>
    public DataSpecException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The sentence without any content read from a file, for callers who may not see that; null if there is none.</summary>
    public string? WithoutContent { get; init; }
}
