namespace Orleans.Runtime.Placement;

/// <summary>What is to be placed.</summary>
public readonly struct PlacementTarget
{
    public PlacementTarget(GrainId grainIdentity) => GrainIdentity = grainIdentity;

    public GrainId GrainIdentity { get; }
}
