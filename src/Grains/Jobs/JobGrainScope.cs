namespace Cluster.Grains.Jobs;

/// <summary>What a job's evaluator has to know of the run that it belongs to.</summary>
internal sealed class JobGrainScope
{
    /// <summary>Whether work runs on hosts that come and go.</summary>
    public required bool IsDistributed { get; init; }

    /// <summary>Whether the job's nodes and its coordinator can be on different silos.</summary>
    public required bool HasOtherSilos { get; init; }

    /// <summary>Whether what runs is stopped with the run. Not where only the coordinator moves: the next one takes it up.</summary>
    public bool StopsWork { get; set; }
}
