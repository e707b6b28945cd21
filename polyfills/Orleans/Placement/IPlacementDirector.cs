namespace Orleans.Runtime.Placement;

/// <summary>Chooses the silo of a new activation. The stand-in never asks: with one silo there is no choice.</summary>
public interface IPlacementDirector
{
    Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context);
}

/// <summary>Where something can be placed.</summary>
public interface IPlacementContext
{
    SiloAddress LocalSilo { get; }

    SiloAddress[] GetCompatibleSilos(PlacementTarget target);
}

/// <summary>What is to be placed.</summary>
public readonly struct PlacementTarget
{
    public GrainId GrainIdentity { get; }
}
