using Orleans.Runtime;

namespace Orleans.Placement;

/// <summary>Says where activations of a class go.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public abstract class PlacementAttribute : Attribute
{
    protected PlacementAttribute(PlacementStrategy placement) => ArgumentNullException.ThrowIfNull(placement);
}
