namespace Orleans.Runtime;

/// <summary>A request was refused before it ran.</summary>
[GenerateSerializer]
public class OrleansMessageRejectionException : OrleansException
{
    public OrleansMessageRejectionException(string message)
        : base(message)
    {
    }

    public OrleansMessageRejectionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
