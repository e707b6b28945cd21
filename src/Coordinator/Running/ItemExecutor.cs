namespace Cluster.Coordinator.Running;

/// <summary>
/// Gets one item's outcome: from the cache, from a latency table, or from the evaluator with the attempts that its
/// failures allow.
/// </summary>
internal sealed class ItemExecutor(
    IEvaluator evaluator, JobJournal journal, JobControl control, JobRunnerOptions options, TimeLimit? limit = null)
{
    private readonly RetryPolicy _policy = new(options.Distributed);

    /// <summary>The event that ends the item; its attempts are recorded on the way.</summary>
    /// <exception cref="JobException">The machine fails permanently: the job stops, and the item gets no outcome.</exception>
    /// <exception cref="LabelsWantedException">The item asks for labels that were not given yet.</exception>
    public async Task<JournalEvent> RunAsync(ProposedItem proposed, CancellationToken cancellationToken)
    {
        var item = proposed.Item;
        if (item is LabelItem labels)
        {
            WorkResult? given = null;
            await control.StepAsideAsync(
                async () => given = await (options.Labels ?? throw new LabelsWantedException(labels)).OfAsync(labels, cancellationToken),
                cancellationToken);
            return new ItemCompleted(proposed.Sequence, proposed.Id, ResultGuard.Check(labels, given!), ResultSource.Person);
        }

        if (options.Cache?.Find(item) is { } cached)
        {
            return new ItemCompleted(proposed.Sequence, proposed.Id, cached, ResultSource.Cache);
        }

        WorkResult? replayed = item switch
        {
            LatencyItem latency => options.Latencies?.Find(latency),
            FinalTimingItem together => options.Latencies?.Find(together),
            ProfileItem profile => options.Latencies?.Find(profile),
            _ => null,
        };
        if (replayed is not null)
        {
            return new ItemCompleted(proposed.Sequence, proposed.Id, replayed, ResultSource.LatencyTable);
        }

        if (IsTooLate())
        {
            return new ItemFailed(
                proposed.Sequence,
                proposed.Id,
                new FailedResult(
                    FailureKind.DeadlineExceeded, $"It was not begun: the job was stopped as {limit!.Reason}, a fifth of them ago."),
                Attempts: 0);
        }

        var (result, attempts) = await MeasureAsync(item, proposed.Sequence, cancellationToken);
        if (result is FailedResult failure)
        {
            return new ItemFailed(proposed.Sequence, proposed.Id, failure, attempts);
        }

        options.Cache?.Store(item, result);
        return new ItemCompleted(proposed.Sequence, proposed.Id, result);
    }

    /// <summary>Whether a timing is taken from another run, so that it is not requested.</summary>
    public bool IsReplayed(LatencyItem item) => options.Latencies?.Find(item) is not null;

    /// <summary>Reports that an item's outcome is durable.</summary>
    public void Recorded(int sequence) => evaluator.Recorded(sequence);

    /// <summary>Tries an item until it has a result or its failures allow no more attempts.</summary>
    /// <returns>The result, a failure only if it is final, and the number of attempts.</returns>
    public async Task<(WorkResult Result, int Attempts)> MeasureAsync(WorkItem item, int sequence, CancellationToken cancellationToken)
    {
        var alone = false;
        if (Look(sequence, attempts => attempts is { Open: null, Failures.Count: > 0 }))
        {
            // Failures seen by an earlier owner count as if it had continued. Only a machine that was repaired since is tried afresh.
            switch (Decide(sequence))
            {
                case RetryDecision.GiveUp end:
                    return (end.Failure, Look(sequence, attempts => attempts.Started));
                case RetryDecision.Again again:
                    alone = again.Alone;
                    break;
            }
        }

        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var attempt = Next(sequence, alone);
            var result = ResultGuard.Check(item, await evaluator.EvaluateAsync(item, attempt, cancellationToken));
            if (result is not FailedResult failure)
            {
                return (result, Look(sequence, attempts => attempts.Started));
            }

            if (Look(sequence, attempts => attempts.Started) < attempt.Number)
            {
                // It failed before a host was found: the attempt still counts.
                await journal.AppendAsync(
                    new AttemptStarted(sequence, attempt.Number, Node: string.Empty, Slot: string.Empty, attempt.Alone));
            }

            var last = Look(sequence, attempts => attempts.Started);
            await journal.AppendAsync(new AttemptFailed(sequence, last, failure));
            switch (Decide(sequence))
            {
                case RetryDecision.Again again:
                    alone = again.Alone;
                    await control.StepAsideAsync(() => Task.Delay(again.Delay, options.Time, cancellationToken), cancellationToken);
                    break;
                case RetryDecision.GiveUp end:
                    return (end.Failure, Look(sequence, attempts => attempts.Started));
                default:
                    // Recorded, this failure would end an innocent candidate; the job stops instead and continues when run again.
                    throw failure.Kind == FailureKind.Unscored
                        ? new JobHeldException(failure.Reason)
                        : new JobException(
                            $"The evaluator failed {attempt.Number} times at the {item.Title} ({failure.Kind}: {failure.Reason}): "
                            + "repair it, then run the command again to resume.");
            }
        }
    }

    // What a stopped job needs for its answer is measured in any case. After the gate refused that answer, another one is only looked for
    // as long as the time limit is kept.
    private bool IsTooLate() =>
        journal.Read(state => state!.Stopped is not null && state.Memory.Refusals.Count > 0) && limit is { IsFarOver: true };

    private RetryDecision Decide(int sequence) => Look(sequence, attempts => _policy.Decide(sequence, attempts));

    private Attempt Next(int sequence, bool alone)
    {
        var (open, earlier, started) = Look(sequence, attempts => (attempts.Open, attempts.Earlier, attempts.Started));
        if (open is not null && options.Distributed && open.Node.Length > 0)
        {
            // Its coordinator was lost, but not necessarily its host, so the host is asked first.
            return new Attempt(sequence, open.Attempt, open.Alone, static (_, _, _) => Task.CompletedTask, open.Node, open.Grant)
            {
                Second = () => After(sequence, open.Alone),
            };
        }

        var isKnown = options.Distributed && !alone && earlier is { Node.Length: > 0 };
        return Numbered(sequence, started + 1, alone) with
        {
            Earlier = isKnown ? (earlier!.Node, earlier.Slot, earlier.Grant) : null,
        };
    }

    private Attempt Numbered(int sequence, int number, bool alone) => new(
        sequence,
        number,
        alone,
        (node, slot, grant) => journal.AppendAsync(new AttemptStarted(sequence, number, node, slot, alone, grant)))
    {
        Second = () => After(sequence, alone),
    };

    // The numbers of attempts that never started are used again.
    private Attempt After(int sequence, bool alone) => Numbered(sequence, Look(sequence, attempts => attempts.Started) + 1, alone);

    private T Look<T>(int sequence, Func<ItemAttempts, T> look) => journal.Read(state => look(state!.Attempts(sequence)));
}
