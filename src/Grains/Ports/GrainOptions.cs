namespace Cluster.Grains.Ports;

/// <summary>Times of the cluster's life signs.</summary>
public sealed record GrainOptions
{
    /// <summary>How often a node says that it is there. Three silences make it suspect.</summary>
    public TimeSpan AnnounceEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How soon a job that could not be begun, or not be looked after, is tried again.</summary>
    public TimeSpan KeepAliveEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Unended jobs that are read at once where all are looked after.</summary>
    public int JobsPerLook { get; init; } = 1000;

    /// <summary>
    /// Work that was not asked about for this long is stopped: its coordinator is gone for good. An outage of the database
    /// that ends earlier costs no work.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a node keeps a result that no coordinator has said to be durable.</summary>
    public TimeSpan ResultsKept { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Results that a node keeps at most; beyond it the oldest go.</summary>
    public int MostResults { get; init; } = 10_000;

    /// <summary>How long work may go on when its node drains, before it is stopped and given to others.</summary>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a drained node waits for its last results to be collected.</summary>
    public TimeSpan CollectLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Faults of one node in a row that a job takes before it leaves the node out.</summary>
    public int FaultsAllowed { get; init; } = 3;

    /// <summary>How long a job leaves out a node, or a node a slot of its own, the first time; doubled each time.</summary>
    public TimeSpan FirstExclusion { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest that a node or a slot is left out before it is tried again.</summary>
    public TimeSpan LongestExclusion { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long work waits for a slot before the directory is asked whether any node could do it.</summary>
    public TimeSpan ExplainedAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long coordinators gather what is durable before they tell nodes.</summary>
    public TimeSpan ForgetEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The same of a fine-tuning and of a reconstruction, which are dearer to begin again than a candidate.</summary>
    public TimeSpan FineTuneLease { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Longest wait within one grain call.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A wait that a caller asks for, at most as long as one may be.</summary>
    public TimeSpan Bounded(TimeSpan wait) => wait < LongestWait ? wait : LongestWait;

    /// <summary>How much longer than its wait a call may take before it counts as unanswered: its silo may have been killed.</summary>
    public TimeSpan CallMargin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a job is suspended by the first fault of its coordination; doubled by each that follows it.</summary>
    public TimeSpan FirstSuspension { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest suspension.</summary>
    public TimeSpan LongestSuspension { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Attempts of one job that are under way at once, at most: its waiting ones included.</summary>
    public int AttemptsPerJob { get; init; } = 256;
}
