namespace Cluster.Grains.Jobs;

/// <summary>What a job's evaluator must know about its run.</summary>
internal sealed class JobGrainScope
{
    /// <summary>Receives the reason why no node of the cluster can do the job's work, while that holds.</summary>
    public Func<string, Task> Unschedulable { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Called when nodes can do the job's work.</summary>
    public Func<Task> Schedulable { get; set; } = static () => Task.CompletedTask;

    /// <summary>
    /// Whether the run has lost the job, or leaves it: running work and stored results on nodes then belong to its next coordinator, and
    /// are neither stopped nor dropped.
    /// </summary>
    public Func<bool> IsLeft { get; set; } = static () => false;

    /// <summary>Whether running work is stopped with the run. Not if only the coordinator moves: the next one continues it.</summary>
    public bool StopsWork { get; set; }
}
