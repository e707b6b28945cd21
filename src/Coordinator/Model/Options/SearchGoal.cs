namespace Cluster.Coordinator.Model.Options;

/// <summary>Which plan a job looks for.</summary>
public enum SearchGoal
{
    /// <summary>The fastest one that loses no more than is accepted; budgets, where there are any, hold as well.</summary>
    Fastest,

    /// <summary>The most accurate one within the budgets of latency, size and bit operations, whatever it loses.</summary>
    Accurate,

    /// <summary>The plans that no other beats in both; of these the winner is the fastest that loses no more than is accepted.</summary>
    Front,
}
