namespace Orleans.Concurrency;

/// <summary>Calls of this method may run between the turns of other read-only requests.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReadOnlyAttribute : Attribute;
