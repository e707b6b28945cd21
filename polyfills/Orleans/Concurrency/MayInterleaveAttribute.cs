namespace Orleans.Concurrency;

/// <summary>Names a static method (bool, of the request) of the grain class that says which requests may interleave.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class MayInterleaveAttribute(string callbackMethodName) : Attribute
{
    public string CallbackMethodName { get; } = callbackMethodName;
}
