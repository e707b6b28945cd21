namespace Cluster.Grains.Jobs;

/// <summary>The evaluator of a job whose items run on nodes.</summary>
internal sealed class GrainEvaluator(GrainAttempts attempts, ILogger logger) : IEvaluator
{
    private readonly HedgedAttempts _hedged = new(attempts);
    private readonly GrainSpeculation _speculation = new(attempts, logger);

    public ISpeculation Speculation => _speculation;

    public Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(attempts.Job.Space);

    public async Task<WorkResult> EvaluateAsync(WorkItem item, Attempt attempt, CancellationToken cancellationToken)
    {
        await attempts.Scores.EnterAsync(item, cancellationToken);
        AttemptRun? foreseen = null;
        if (attempt is { Node: null, Alone: false, Second: not null })
        {
            await _speculation.ClaimAsync(item, cancellationToken);
            foreseen = await BegunAsync(item, attempt, cancellationToken);
        }

        var (ended, failure) = foreseen is null
            ? await MeasureAsync(item, attempt, cancellationToken)
            : await _hedged.RunAsync(attempt, item, foreseen, cancellationToken);
        var result = failure ?? ended!.Result!.Value.Value<WorkResult>();
        if (result is FailedResult { Predictions: not null } putOff)
        {
            result = await attempts.Scores.AwaitAsync(putOff, cancellationToken);
        }

        if (result is FailedResult { Kind: FailureKind.Unscored, Predictions: null })
        {
            attempts.Hold();
        }

        return result;
    }

    /// <summary>Asks the nodes which work an earlier coordinator of the job started speculatively.</summary>
    public Task TakeUpAsync(CancellationToken cancellationToken) => _speculation.TakeUpAsync(cancellationToken);

    public void Recorded(int sequence) => attempts.Recorded(sequence);

    private async Task<(CandidateReply? Ended, FailedResult? Failure)> MeasureAsync(
        WorkItem item, Attempt attempt, CancellationToken cancellationToken)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var known = attempt with
        {
            Started = (node, slot, grant) =>
            {
                begun.TrySetResult();
                if (item.IsExclusive)
                {
                    _speculation.Leave(node);
                }

                return attempt.Started(node, slot, grant);
            },
        };
        var yielding = _speculation.YieldUntilAsync(begun.Task);
        try
        {
            return await _hedged.RunAsync(known, item, begun: null, cancellationToken);
        }
        finally
        {
            begun.TrySetResult();
            await yielding;
        }
    }

    // Speculative work becomes the item's first attempt.
    private async Task<AttemptRun?> BegunAsync(WorkItem item, Attempt attempt, CancellationToken cancellationToken)
    {
        if (_speculation.Take(item) is not { } begun)
        {
            return null;
        }

        begun.StopWith(cancellationToken);
        try
        {
            var grant = begun.Course.Grant!;
            await attempt.Started(grant.Node, grant.Device, grant.Id);
            attempts.Take(begun.Course, attempt.Sequence);
            return begun;
        }
        catch
        {
            await begun.DisposeAsync();
            throw;
        }
    }
}
