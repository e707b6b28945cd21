namespace Orleans.Concurrency;

/// <summary>Calls of this method complete when they are sent: neither result nor failure comes back.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OneWayAttribute : Attribute;
