namespace Cluster.Coordinator.Questions;

/// <summary>The side that is better by more than a 95 % interval.</summary>
public enum BetterSide
{
    /// <summary>The measurements do not tell them apart.</summary>
    Unclear,

    /// <summary>The first.</summary>
    First,

    /// <summary>The second.</summary>
    Second,
}
