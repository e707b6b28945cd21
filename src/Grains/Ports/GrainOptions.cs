namespace Cluster.Grains.Ports;

/// <summary>Timing of the cluster's life signs.</summary>
public sealed record GrainOptions
{
    /// <summary>How often a node announces itself. After three missed announcements it is suspect.</summary>
    public TimeSpan AnnounceEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The delay before a job that could not be started, or not be looked after, is retried.</summary>
    public TimeSpan KeepAliveEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Unended jobs that are read at once when all are looked after.</summary>
    public int JobsPerLook { get; init; } = 1000;

    /// <summary>
    /// Work without a query for this long is stopped: its coordinator is gone permanently. A shorter database outage costs no work.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a node keeps a result that no coordinator has confirmed as durable.</summary>
    public TimeSpan ResultsKept { get; init; } = TimeSpan.FromHours(6);

    /// <summary>The most results that a node keeps; beyond it the oldest are dropped.</summary>
    public int MostResults { get; init; } = 10_000;

    /// <summary>How long work may continue when its node drains, before it is stopped and given to other nodes.</summary>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a drained node waits for its last results to be collected.</summary>
    public TimeSpan CollectLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Consecutive faults of one node that a job accepts before it excludes the node.</summary>
    public int FaultsAllowed { get; init; } = 3;

    /// <summary>How long a job excludes a node, or a node one of its slots, the first time; doubled each time.</summary>
    public TimeSpan FirstExclusion { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest exclusion of a node or a slot before it is tried again.</summary>
    public TimeSpan LongestExclusion { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long work waits for a slot before the directory is asked whether any node could do it.</summary>
    public TimeSpan ExplainedAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long coordinators collect durable results before they tell nodes.</summary>
    public TimeSpan ForgetEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The lease of a fine-tuning and of a reconstruction, which are more expensive to restart than a candidate.</summary>
    public TimeSpan FineTuneLease { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The lease of an item.</summary>
    public TimeSpan LeaseOf(WorkItem item) => item.IsLong ? FineTuneLease : Lease;

    /// <summary>Longest wait within one grain call.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A caller's wait, limited to the longest.</summary>
    public TimeSpan Bounded(TimeSpan wait) => wait < LongestWait ? wait : LongestWait;

    /// <summary>How long predictions wait for a client to score them while none is connected.</summary>
    public TimeSpan ClientPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest that a client may take to score predictions: a slot waits for it.</summary>
    public TimeSpan ScoringLimit { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How much longer than its wait a call may take before it counts as unanswered: its silo may have been killed.</summary>
    public TimeSpan CallMargin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The first suspension after a fault of coordination; doubled by each that follows.</summary>
    public TimeSpan FirstSuspension { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest suspension.</summary>
    public TimeSpan LongestSuspension { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Jobs of one tenant that run at once; the others are queued.</summary>
    public int JobsPerTenant { get; init; } = 32;

    /// <summary>How old the known queue of a tenant's jobs may be.</summary>
    public TimeSpan QueueReadEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The most concurrent attempts of one job, waiting ones included.</summary>
    public int AttemptsPerJob { get; init; } = 256;
}
