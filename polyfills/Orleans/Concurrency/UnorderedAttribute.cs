namespace Orleans.Concurrency;

/// <summary>Accepted; calls within one process are ordered all the same.</summary>
[AttributeUsage(AttributeTargets.Interface)]
public sealed class UnorderedAttribute : Attribute;
