namespace Cluster.Silo.Workers;

/// <summary>
/// A worker for artefacts in a bucket: its inputs are copied to this machine first, and its outputs are in the bucket before its end is
/// reported. The working process needs no credentials and has none.
/// </summary>
/// <param name="worker">The actual worker, in the folder of copies; disposed of with this.</param>
/// <param name="bucket">The artefacts.</param>
internal sealed class SuppliedWorker(ISlotWorker worker, BucketArtefactStore bucket) : ISlotWorker
{
    public async Task<WorkResult> ExecuteAsync(
        JobEntry job, WorkItem item, IReadOnlyList<JournalRecord> journal, CancellationToken cancellationToken)
    {
        try
        {
            // If the bucket lacks an artefact, the work itself fails with a message that says what it is for.
            await using var copies = await bucket.HoldAsync(job.Inputs.Artefacts().Concat(LearnedFor(item, journal)), cancellationToken);
            var result = await worker.ExecuteAsync(job, item, journal, cancellationToken);
            string[] made = result switch
            {
                LearnedResult learned => [learned.Learned],
                PublishedResult published => [.. published.Artefacts.Select(artefact => artefact.Sha256)],
                _ => [],
            };
            foreach (string digest in made)
            {
                await bucket.KeepAsync(digest, cancellationToken);
            }

            return result;
        }
        catch (Exception unavailable) when (unavailable is StoreUnavailableException or JobException)
        {
            return new FailedResult(FailureKind.Unavailable, unavailable.Message);
        }
    }

    public ValueTask DisposeAsync() => worker.DisposeAsync();

    private static IEnumerable<string> LearnedFor(WorkItem item, IReadOnlyList<JournalRecord> journal) =>
        item is FineTuneItem { Learned: { } learned }
            ? [learned]
            : journal.Select(record => record.Event).OfType<StepCompleted>()
                .Select(step => step.Result).OfType<LearnedResult>().Select(result => result.Learned);
}

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
