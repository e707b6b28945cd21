namespace Cluster.Kernels;

/// <summary>
/// An expected failure of the numeric layer: bad input, an unsupported operator, a library that is missing.
/// Its message is one sentence fit for a user: what was found, what was expected, what to do.
/// </summary>
public sealed class KernelException : Exception
{
    public KernelException(string message)
        : base(message)
    {
    }

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
