namespace Orleans.Runtime;

/// <summary>The package's own strategies: with one silo they are all the same.</summary>
internal sealed class NamedPlacement : PlacementStrategy
{
    public static NamedPlacement Instance { get; } = new();
}
