namespace Cluster.Grains.Ports;

/// <summary>Times of the cluster's life signs.</summary>
public sealed record GrainOptions
{
    /// <summary>How often a node says that it is there. Three silences make it suspect.</summary>
    public TimeSpan AnnounceEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a silo has the cluster look after its jobs.</summary>
    public TimeSpan KeepAliveEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Work that nobody asked about for this long is stopped: its coordinator is gone for good.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The same of a fine-tuning and of a reconstruction, which are dearer to begin again than a candidate.</summary>
    public TimeSpan FineTuneLease { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Longest wait within one grain call.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How much longer than its wait a call may take before it counts as unanswered: its silo may have been killed.</summary>
    public TimeSpan CallMargin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long after "that node is gone" it is asked a second time before this is believed.</summary>
    public TimeSpan GoneTwiceAfter { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a job is suspended by the first fault of its coordination; doubled by each that follows it.</summary>
    public TimeSpan FirstSuspension { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest suspension.</summary>
    public TimeSpan LongestSuspension { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the journal of a job that is over stays in memory after it was last read.</summary>
    public TimeSpan EndedKept { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Attempts of one job that are under way at once, at most: its waiting ones included.</summary>
    public int AttemptsPerJob { get; init; } = 256;
}
