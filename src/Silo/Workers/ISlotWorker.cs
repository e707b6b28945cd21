using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Work;

namespace Cluster.Silo.Workers;

/// <summary>Does work on one device slot, one piece at a time.</summary>
internal interface ISlotWorker : IAsyncDisposable
{
    /// <summary>
    /// Measures an item. Expected failures of a candidate or the machine are a <see cref="FailedResult"/>, after which the slot takes the
    /// next work.
    /// </summary>
    /// <param name="job">The job that the item belongs to.</param>
    /// <param name="item">What to measure.</param>
    /// <param name="cancellationToken">Stops the work; a process that does not stop is ended.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    Task<WorkResult> ExecuteAsync(JobEntry job, WorkItem item, CancellationToken cancellationToken);

    /// <summary>Makes the files of a job; fails as measuring does.</summary>
    /// <param name="job">The job.</param>
    /// <param name="records">Its journal.</param>
    /// <param name="cancellationToken">As above.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    Task<Publication> PublishAsync(JobEntry job, IReadOnlyList<JournalRecord> records, CancellationToken cancellationToken);
}
