using Cluster.Coordinator;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Nodes;
using Cluster.Storage.S3;

namespace Cluster.Silo.Workers;

/// <summary>
/// A worker of artefacts in a bucket: what its work reads is copied to this machine first, and what it made is in the
/// bucket before its end is told. The process that works needs no credentials and has none.
/// </summary>
/// <param name="worker">What works, in the folder of copies; disposed of with this.</param>
/// <param name="bucket">The artefacts.</param>
internal sealed class SuppliedWorker(ISlotWorker worker, BucketArtefactStore bucket) : ISlotWorker, IJobPreparer
{
    public async Task<WorkResult> ExecuteAsync(JobEntry job, WorkItem item, CancellationToken cancellationToken)
    {
        try
        {
            // What the bucket has not is missed by the work itself, which says for what.
            await using var copies = await bucket.HoldAsync(
                job.Inputs.Artefacts().Concat(item is FineTuneItem { Learned: { } known } ? [known] : []), cancellationToken);
            var result = await worker.ExecuteAsync(job, item, cancellationToken);
            if (result is LearnedResult learned)
            {
                await bucket.KeepAsync(learned.Learned, cancellationToken);
            }

            return result;
        }
        catch (Exception unavailable) when (unavailable is StoreUnavailableException or JobException)
        {
            return new FailedResult(FailureKind.Unavailable, unavailable.Message);
        }
    }

    public async Task<Publication> PublishAsync(JobEntry job, IReadOnlyList<JournalRecord> records, CancellationToken cancellationToken)
    {
        try
        {
            var learned = records.Select(record => record.Event).OfType<StepCompleted>()
                .Select(step => step.Result).OfType<LearnedResult>().Select(result => result.Learned);
            await using var copies = await bucket.HoldAsync(job.Inputs.Artefacts().Concat(learned), cancellationToken);
            var publication = await worker.PublishAsync(job, records, cancellationToken);
            foreach (var artefact in publication.Artefacts)
            {
                await bucket.KeepAsync(artefact.Sha256, cancellationToken);
            }

            return publication;
        }
        catch (Exception unavailable) when (unavailable is StoreUnavailableException or JobException)
        {
            return new Publication([], new FailedResult(FailureKind.Unavailable, unavailable.Message));
        }
    }

    public async Task<PreparedJob> PrepareAsync(JobInputs inputs, JobOptions options, CancellationToken cancellationToken)
    {
        await using var copies = await bucket.HoldAsync(inputs.Artefacts(), cancellationToken);
        return await ((IJobPreparer)worker).PrepareAsync(inputs, options, cancellationToken);
    }

    public ValueTask DisposeAsync() => worker.DisposeAsync();
}
