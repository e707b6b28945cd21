namespace Cluster.Coordinator.Ports;

/// <summary>Measures candidates. Called from several threads at once for items that are not exclusive.</summary>
public interface IEvaluator
{
    /// <summary>The groups of the job's network and the data that flows between them; the same on every call.</summary>
    Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Runs one item. An expected failure is returned as a <see cref="FailedResult"/>; an exception is a bug or broken infrastructure and
    /// stops the job, which can be resumed.
    /// </summary>
    Task<WorkResult> EvaluateAsync(WorkItem item, Attempt attempt, CancellationToken cancellationToken);

    /// <summary>Runs likely work ahead of time (speculative execution); null if there is no room for it.</summary>
    ISpeculation? Speculation => null;

    /// <summary>
    /// Reports that an item's outcome is durable: results of its attempts that were kept in case this process is lost can be dropped. Must
    /// not block.
    /// </summary>
    /// <param name="sequence">The item's number, that of publishing included.</param>
    void Recorded(int sequence)
    {
        // Most evaluators keep no such results.
    }
}
