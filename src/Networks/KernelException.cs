namespace Cluster.Networks;

/// <summary>
/// An expected failure of the numeric layer: bad input, an unsupported operator, a missing library. Its message is one sentence for a user:
/// what was found, what was expected, what to do.
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

    /// <exception cref="KernelException">The condition does not hold.</exception>
    internal static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new KernelException(message);
        }
    }

    /// <summary>The sentence without any content read from a file, for callers who may not see that; null if there is none.</summary>
    internal string? WithoutContent { get; init; }
}
