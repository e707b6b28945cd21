namespace Cluster.Silo.Workers;

/// <summary>Does work on one device slot, one piece at a time.</summary>
internal interface ISlotWorker : IAsyncDisposable
{
    /// <summary>
    /// Runs an item. Expected failures of a candidate or the machine are a <see cref="FailedResult"/>, after which the slot takes the next
    /// work.
    /// </summary>
    /// <param name="job">The job that the item belongs to.</param>
    /// <param name="item">The item.</param>
    /// <param name="journal">The job's journal if its files are made (<see cref="PublishItem"/>), otherwise empty.</param>
    /// <param name="cancellationToken">Cancels the work; a process that does not stop is killed.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    Task<WorkResult> ExecuteAsync(
        JobEntry job, WorkItem item, IReadOnlyList<JournalRecord> journal, CancellationToken cancellationToken);
}
