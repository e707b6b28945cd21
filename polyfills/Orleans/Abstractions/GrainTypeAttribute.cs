namespace Orleans;

/// <summary>Names a grain type; without it the class name in lower case, less "Grain", is the name.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public sealed class GrainTypeAttribute(string grainType) : Attribute
{
    public string GrainType { get; } = grainType;
}
