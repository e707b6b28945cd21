namespace Cluster.Grains.Jobs;

/// <summary>What a job's evaluator has to know of the run that it belongs to.</summary>
internal sealed class JobGrainScope
{
    /// <summary>Told why no node of the cluster could do the job's work, while that is so.</summary>
    public Func<string, Task> Unschedulable { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Told that nodes can do the job's work.</summary>
    public Func<Task> Schedulable { get; set; } = static () => Task.CompletedTask;

    /// <summary>Whether what runs is stopped with the run. Not where only the coordinator moves: the next one takes it up.</summary>
    public bool StopsWork { get; set; }
}
