namespace Orleans.Runtime.Placement;

/// <summary>Where something can be placed.</summary>
public interface IPlacementContext
{
    SiloAddress LocalSilo { get; }

    SiloAddress[] GetCompatibleSilos(PlacementTarget target);
}
