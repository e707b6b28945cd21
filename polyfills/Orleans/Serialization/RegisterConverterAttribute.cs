namespace Orleans;

/// <summary>The class is an <see cref="IConverter{TValue, TSurrogate}"/> for a type that cannot be annotated.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RegisterConverterAttribute : Attribute;
