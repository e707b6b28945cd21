namespace Cluster.Coordinator.Ports;

/// <summary>Latency observations of another run, used instead of measuring: given the same table, winners are byte-identical.</summary>
public interface ILatencyTable
{
    /// <summary>The observation of a plan, or null if it must be measured.</summary>
    LatencyResult? Find(LatencyItem item);

    /// <summary>The observations of plans that were timed together, or null if they must be measured.</summary>
    FinalTimingResult? Find(FinalTimingItem item);

    /// <summary>The profile of a plan, or null if it must be measured.</summary>
    ProfileResult? Find(ProfileItem item);
}
