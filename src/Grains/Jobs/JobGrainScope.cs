namespace Cluster.Grains.Jobs;

/// <summary>What a job's evaluator has to know of the run that it belongs to.</summary>
internal sealed class JobGrainScope
{
    /// <summary>Told why no node of the cluster could do the job's work, while that is so.</summary>
    public Func<string, Task> Unschedulable { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Told that nodes can do the job's work.</summary>
    public Func<Task> Schedulable { get; set; } = static () => Task.CompletedTask;

    /// <summary>
    /// Whether the run has lost the job, or leaves it: what runs on nodes and what they keep is its next coordinator's then, and neither
    /// stopped nor forgotten.
    /// </summary>
    public Func<bool> IsLeft { get; set; } = static () => false;

    /// <summary>Whether what runs is stopped with the run. Not where only the coordinator moves: the next one takes it up.</summary>
    public bool StopsWork { get; set; }
}
