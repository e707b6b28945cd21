namespace Orleans.Runtime;

/// <summary>A reminder could not be unregistered.</summary>
[GenerateSerializer]
public sealed class ReminderException : OrleansException
{
    public ReminderException(string message)
        : base(message)
    {
    }
}
