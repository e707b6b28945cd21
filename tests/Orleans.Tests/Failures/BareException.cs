namespace Cluster.OrleansTests;

/// <summary>Not annotated: only its message crosses between silos.</summary>
public sealed class BareException : Exception
{
    public BareException()
    {
    }

    public BareException(string message)
        : base(message)
    {
    }

    public BareException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
