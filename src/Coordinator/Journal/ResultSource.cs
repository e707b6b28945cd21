namespace Cluster.Coordinator.Journal;

/// <summary>Where a result comes from.</summary>
public enum ResultSource
{
    /// <summary>It was measured by this job.</summary>
    Measured,

    /// <summary>An earlier job measured it.</summary>
    Cache,

    /// <summary>It was replayed from a latency table.</summary>
    LatencyTable,
}
