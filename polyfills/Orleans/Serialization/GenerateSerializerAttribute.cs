namespace Orleans;

/// <summary>The type may cross between grains: its members with <see cref="IdAttribute"/> do.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum)]
public sealed class GenerateSerializerAttribute : Attribute
{
    /// <summary>Whether parameters of the primary constructor count as annotated; always true of records, as in the package.</summary>
    public bool IncludePrimaryConstructorParameters { get; init; }

    public GenerateFieldIds GenerateFieldIds { get; init; } = GenerateFieldIds.None;
}
