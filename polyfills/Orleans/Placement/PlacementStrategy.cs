namespace Orleans.Runtime;

/// <summary>Where a grain is activated: with one silo, there.</summary>
public abstract class PlacementStrategy;
