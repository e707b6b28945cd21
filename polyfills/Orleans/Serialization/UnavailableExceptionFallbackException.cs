namespace Orleans.Serialization;

/// <summary>Stands for an exception whose own type may not cross between grains.</summary>
[GenerateSerializer]
public sealed class UnavailableExceptionFallbackException : Exception
{
    public UnavailableExceptionFallbackException()
    {
    }

    public UnavailableExceptionFallbackException(string message)
        : base(message)
    {
    }

    public UnavailableExceptionFallbackException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Full name of the type that was thrown.</summary>
    [Id(0)]
    public string? ExceptionType { get; internal set; }
}
