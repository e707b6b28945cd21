namespace Cluster.Coordinator.Model.Options;

/// <summary>The goal of a job.</summary>
public enum SearchGoal
{
    /// <summary>The fastest plan within the accepted loss; budgets, if any, apply as well.</summary>
    Fastest,

    /// <summary>The most accurate plan within the budgets of latency, size and bit operations, with any loss.</summary>
    Accurate,

    /// <summary>The plans that no other beats in both; of these the winner is the fastest within the accepted loss.</summary>
    Front,
}
