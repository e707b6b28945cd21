using Cluster.Coordinator.Model;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Ports;

/// <summary>Measures candidates. Called from several threads at once for items that are not exclusive.</summary>
public interface IEvaluator
{
    /// <summary>The groups of the job's network and the data that flows between them; the same on every call.</summary>
    Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Does one item. An expected failure is returned as a <see cref="FailedResult"/>; an exception is a bug or broken infrastructure and
    /// stops the job, which can be resumed.
    /// </summary>
    Task<WorkResult> EvaluateAsync(WorkItem item, Attempt attempt, CancellationToken cancellationToken);

    /// <summary>Where work may be done before it is asked for; null where there is no room for it.</summary>
    IForesight? Foresight => null;

    /// <summary>
    /// Says that what became of an item is durable: whoever keeps results of its attempts, in case that this process is
    /// lost before, can let them go. Must not block.
    /// </summary>
    /// <param name="sequence">The item's number, that of publishing included.</param>
    void Recorded(int sequence)
    {
        // Most evaluators keep nothing.
    }
}
