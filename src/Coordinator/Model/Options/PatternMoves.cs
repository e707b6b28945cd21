namespace Cluster.Coordinator.Model.Options;

/// <summary>How a search decides about groups of one repeated pattern.</summary>
public enum PatternMoves
{
    /// <summary>Each group by itself.</summary>
    Apart,

    /// <summary>All of them at once, until that fails or is more than is needed: then each by itself.</summary>
    Together,
}
