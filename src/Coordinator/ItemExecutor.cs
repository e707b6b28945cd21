using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator;

/// <summary>Gets one item's outcome: from the cache, from a latency table, or from the evaluator with the retries that its failures allow.</summary>
internal sealed class ItemExecutor(IEvaluator evaluator, JobRunnerOptions options)
{
    public async Task<JournalEvent> RunAsync(ProposedItem proposed, CancellationToken cancellationToken)
    {
        var item = proposed.Item;
        if (options.Cache?.Find(item) is { } cached)
        {
            return new ItemCompleted(proposed.Sequence, proposed.Id, cached, ResultSource.Cache);
        }

        WorkResult? replayed = item switch
        {
            LatencyItem latency => options.Latencies?.Find(latency),
            ProfileItem profile => options.Latencies?.Find(profile),
            _ => null,
        };
        if (replayed is not null)
        {
            return new ItemCompleted(proposed.Sequence, proposed.Id, replayed, ResultSource.LatencyTable);
        }

        return await MeasureAsync(proposed, cancellationToken);
    }

    private async Task<JournalEvent> MeasureAsync(ProposedItem proposed, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var result = ResultGuard.Check(proposed.Item, await evaluator.EvaluateAsync(proposed.Item, cancellationToken));
            if (result is not FailedResult failure)
            {
                options.Cache?.Store(proposed.Item, result);
                return new ItemCompleted(proposed.Sequence, proposed.Id, result);
            }

            if (attempt <= failure.Kind.Retries())
            {
                continue;
            }

            // Recorded, it would end a candidate that is innocent; the job stops instead and goes on when run again.
            if (failure.Kind.IsInfrastructure())
            {
                throw new JobException($"The evaluator failed {attempt} times at the {proposed.Item.Title} ({failure.Kind}: {failure.Reason}): repair it, then run the command again to resume.");
            }

            return new ItemFailed(proposed.Sequence, proposed.Id, failure, attempt);
        }
    }
}
