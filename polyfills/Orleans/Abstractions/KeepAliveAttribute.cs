namespace Orleans;

/// <summary>Activations of the class are never collected.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public class KeepAliveAttribute : Attribute;
