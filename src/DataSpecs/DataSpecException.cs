namespace Cluster.DataSpecs;

/// <summary>
/// A data spec, a model, or a file that either names, that cannot be used. Its message is one sentence fit for a user:
/// what was found, what was expected, what to do.
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

    /// <summary>
    /// The sentence without anything that was read from a file, for callers who may not see it; null where there is
    /// none.
    /// </summary>
    public string? WithoutContent { get; init; }
}
