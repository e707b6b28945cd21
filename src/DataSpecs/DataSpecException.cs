namespace Cluster.DataSpecs;

/// <summary>
/// A data spec, or a file that it names, that cannot be used. Its message is one sentence fit for a user: what was
/// found, what was expected, what to do.
/// </summary>
public class DataSpecException : Exception
{
    public DataSpecException(string message)
        : base(message)
    {
    }

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
