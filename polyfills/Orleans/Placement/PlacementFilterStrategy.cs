namespace Orleans.Placement;

/// <summary>Leaves silos out of placement: with one silo, none.</summary>
public abstract class PlacementFilterStrategy(int order)
{
    public int Order { get; } = order;
}
