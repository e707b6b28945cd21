namespace Cluster.Coordinator.Running;

/// <summary>
/// Runs a job to its end over its ports. The journal is authoritative: every decision is a function of its events and is written before it
/// is acted on, so a run that ended anywhere (crash, Ctrl-C) is resumed by running again with the same journal.
/// </summary>
public sealed class JobRunner(
    IEvaluator evaluator, JobJournal journal, JobControl control, ISearchStrategy strategy, JobRunnerOptions? options = null)
{
    private readonly JobRunnerOptions _options = options ?? new JobRunnerOptions();

    /// <summary>Runs or resumes the job; a job that has ended is reported without any work.</summary>
    /// <returns>The outcome, or null if the job was cancelled.</returns>
    /// <exception cref="JobException">The journal is another job's, the network changed, or the evaluator is
    /// unavailable; the job can be resumed.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped, which is not the job's cancellation; the job
    /// can be resumed.</exception>
    public async Task<JobOutcome?> RunAsync(JobSpec spec, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, control.Cancelled, journal.Broken);
        try
        {
            return await RunToEndAsync(spec, stop.Token);
        }
        catch (OperationCanceledException) when (journal.Failure is { } failure)
        {
            throw failure is JobException ? failure : new JobException(
                $"The journal could not be written ({failure.Message}): repair it, then run the command again to resume.", failure);
        }
        catch (OperationCanceledException) when (control.Cancelled.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            await journal.TryAppendAsync(new JobCancelled());
            return null;
        }
    }

    private async Task<JobOutcome> RunToEndAsync(JobSpec spec, CancellationToken cancellationToken)
    {
        // 1. The journal is empty, this job's, or another's.
        await BeginAsync(spec, cancellationToken);
        var isRetimed = journal.Read(state => state!.Retimings > 0);
        using var limit = new TimeLimit(isRetimed ? null : spec.Options.MaxMinutes, journal, _options.Time, _options.Waited);
        var progress = new ProgressReporter(_options, journal, limit);
        var executor = new ItemExecutor(evaluator, journal, control, _options, limit);
        var lookahead = Lookahead.Of(evaluator, journal, _options);
        var rounds = new RoundExecutor(executor, journal, control, _options, progress, lookahead);

        // 2. Until the strategy has a winner: finish the current round, then ask for the next and journal it before acting.
        try
        {
            while (journal.Read(state => state!.Selection is null))
            {
                RequireTrustworthyData(journal, spec.Options);
                await UntilStoppedAsync(
                    limit,
                    journal.Read(state => state!.Pending.Count > 0)
                        ? rounds.RunAsync
                        : token => InControlAsync(() => ProposeAsync(limit, progress, token), token),
                    cancellationToken);
            }
        }
        finally
        {
            lookahead?.Stop();
        }

        // 3. The steps after the search: one item after another; a failed item leaves the winner unchanged.
        while (journal.Read(state => PostSearchSteps.Due(state!)) is { } due)
        {
            await UntilStoppedAsync(
                limit, token => InControlAsync(() => TakeStepAsync(due, executor, progress, token), token), cancellationToken);
        }

        // 4. The winner's files. Publishing twice gives the same files, so after a crash in between it is simply repeated.
        var outcome = journal.Read(state => OutcomeBuilder.Build(state!));
        if (!journal.Read(state => state!.IsCompleted))
        {
            await InControlAsync(() => PublishAsync(outcome, executor, progress, cancellationToken), cancellationToken);
        }

        return outcome;
    }

    /// <summary>Stops a job whose data FP32's answers prove to be wrong, unless it is to go on regardless.</summary>
    /// <param name="journal">The job's.</param>
    /// <param name="options">Of this run: those of the journal may be of one that stopped here.</param>
    /// <exception cref="JobImpossibleException">They are; the message names the mend.</exception>
    public static void RequireTrustworthyData(JobJournal journal, JobOptions options)
    {
        if (options.Doubts != DoubtfulData.Ignore
            && journal.Read(state => state!.Memory.IsDataDoubted ? state.Memory.Doubt : null) is { } doubt)
        {
            throw new JobImpossibleException($"{doubt}. To go on regardless, give {JobLimits.Doubts.Name} ignore.")
            {
                FailsOn = JobFault.Data,
            };
        }
    }

    private async Task BeginAsync(JobSpec spec, CancellationToken cancellationToken)
    {
        var known = journal.Read(
            state => state is null ? null : new { state.JobId, state.Spec, state.Status, state.Reason, Space = state.Space.Digest });
        if (known is not null)
        {
            JobSpecDifferences.RequireNone(known.JobId, known.Spec, spec);
        }

        if (known?.Status is JobStatus.Cancelled or JobStatus.Failed)
        {
            throw new JobException(
                $"The job was {(known.Status == JobStatus.Failed ? "ended by a failure" : "cancelled")} ({known.Reason}): "
                + "start again with --fresh.");
        }

        if (known?.Status == JobStatus.Succeeded)
        {
            return;
        }

        var space = await evaluator.DescribeAsync(cancellationToken);
        if (known is null)
        {
            await journal.AppendAsync(new JobSubmitted(spec.JobId, spec, space));
        }
        else if (!string.Equals(known.Space, space.Digest, StringComparison.Ordinal))
        {
            throw new JobException(
                "The network's groups are not those that the journal was begun with: this version of cluster groups it "
                + "differently, start again with --fresh.");
        }
    }

    // When the time limit elapses, or the job was asked to stop, running work is cancelled, and that is journaled: the rest follows from
    // it.
    private async Task UntilStoppedAsync(TimeLimit limit, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        if (journal.Read(state => state!.Stopped is not null))
        {
            await work(cancellationToken);
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Up, control.Stopped);
        try
        {
            await work(either.Token);
        }
        catch (OperationCanceledException) when (IsToStop(limit) && !cancellationToken.IsCancellationRequested)
        {
            await StopAsync(limit);
        }
    }

    private bool IsToStop(TimeLimit limit) => limit.Up.IsCancellationRequested || control.Stopped.IsCancellationRequested;

    private Task StopAsync(TimeLimit limit) => journal.AppendAsync(
        journal.Read(state => state!.StopReason) is not { } asked ? new SearchStopped(limit.Reason, limit.Minutes)
        : asked.Length == 0 ? new SearchStopped("requested")
        : new SearchStopped($"requested ({asked})"));

    private async Task InControlAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        await control.EnterAsync(cancellationToken);
        try
        {
            await work();
        }
        finally
        {
            await control.LeaveAsync();
        }
    }

    private async Task ProposeAsync(TimeLimit limit, ProgressReporter progress, CancellationToken cancellationToken)
    {
        // The strategy only reads results and rounds, which only this loop adds.
        var state = journal.Read(state => state!);
        switch (strategy.Next(state, cancellationToken))
        {
            case ProposedRound when IsToStop(limit) && state.Stopped is null:
                await StopAsync(limit);
                break;
            case ProposedRound round:
                progress.Expect(round);
                await journal.AppendAsync(round.After(state));
                break;
            case SearchFinished finished:
                await journal.AppendAsync(finished.Selection);
                break;
        }
    }

    private async Task TakeStepAsync(
        DueStep due, ItemExecutor executor, ProgressReporter progress, CancellationToken cancellationToken)
    {
        var (step, item) = due;
        progress.WorkBegan(journal.Read(state => step.Purpose(state!)), item);
        var (result, attempts) = journal.Read(state => state!.Taken(item)) switch
        {
            StepCompleted before => (before.Result, 0),
            StepFailed before => (before.Failure, before.Attempts),
            _ => await executor.MeasureAsync(item, item.StepSequence!.Value, cancellationToken),
        };
        var expected = journal.Read(state => RungPrice.Seconds(state!, item));
        StepEvent ended = result is FailedResult failure
            ? new StepFailed(step.Name, item, failure, attempts)
            : journal.Read(state => Judged(state!, step, item, Replayed(result, state!.Spec)));
        await journal.AppendAsync(ended);
        progress.WorkBegan(Said(ended, expected), item);
        executor.Recorded(item.StepSequence!.Value);
    }

    // "AdaRound, 500 iterations a layer: kept, 14 s where about 12 s were expected: the reconstructed file is better: +0.6 points …".
    private static string Said(StepEvent ended, double? expected) => $"{ended.Item.Title}: " + ended switch
    {
        StepCompleted { Result: LearnedResult learned } done =>
            $"{(done.Winner is null ? "not kept" : "kept")}, {RungPrice.Took(learned.Seconds)}"
            + $"{(expected is { } price ? $" where {RungPrice.Words(price)} were expected" : string.Empty)}: {done.Reason}",
        StepCompleted done => done.Reason,
        _ => ((StepFailed)ended).Failure.Reason,
    };

    private static StepCompleted Judged(JobState state, IPostSearchStep step, WorkItem item, WorkResult result)
    {
        var verdict = step.Judge(state, item, result);
        return new StepCompleted(step.Name, item, result, verdict.Winner, verdict.Next, verdict.Reason);
    }

    // Given the same latencies a job has the same winner, so a table's observation takes precedence over a new one.
    private WorkResult Replayed(WorkResult result, JobSpec spec) =>
        result is LearnedResult { Latency: not null } learned
            && _options.Latencies?.Find(new LatencyItem(spec.LatencyContext, learned.Plan)) is { } known
            ? learned with { Latency = known }
            : result;

    private async Task PublishAsync(
        JobOutcome outcome, ItemExecutor executor, ProgressReporter progress, CancellationToken cancellationToken)
    {
        if (_options.Publishes)
        {
            var item = new PublishItem(outcome.Spec.JobId);
            progress.Recorded();
            progress.WorkBegan(item.Title, item);
            var (result, _) = await executor.MeasureAsync(item, PublishItem.Sequence, cancellationToken);
            if (result is FailedResult failure)
            {
                throw new JobImpossibleException(failure.Reason);
            }

            foreach (var artefact in ((PublishedResult)result).Artefacts)
            {
                await journal.AppendAsync(new ArtefactPublished(artefact.Name, artefact.Sha256, artefact.SizeBytes));
            }
        }

        await journal.AppendAsync(new JobCompleted(outcome.Winner.Plan.Digest));
        executor.Recorded(PublishItem.Sequence);
    }
}
