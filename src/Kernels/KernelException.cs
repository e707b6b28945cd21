namespace Cluster.Kernels;

/// <summary>
/// An expected failure of the numeric layer: bad input, an unsupported operator, a library that is missing.
/// Its message is one sentence fit for a user: what was found, what was expected, what to do.
/// </summary>
public class KernelException : Exception
{
    /// <summary>Reports a failure that has no underlying exception.</summary>
    /// <param name="message">What was found, what was expected, what to do.</param>
    public KernelException(string message)
        : base(message)
    {
    }

    /// <summary>Reports a failure that another exception caused.</summary>
    /// <param name="message">What was found, what was expected, what to do.</param>
    /// <param name="innerException">The cause.</param>
    public KernelException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>
    /// The sentence without anything that was read from a file, for callers who may not see it; null where there is
    /// none.
    /// </summary>
    internal string? WithoutContent { get; init; }
}
