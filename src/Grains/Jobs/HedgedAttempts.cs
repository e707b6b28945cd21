namespace Cluster.Grains.Jobs;

/// <summary>
/// Hedging against slow nodes: an attempt that takes much longer than others of its kind gets a second one in parallel, on another machine
/// and a spare slot. The first end counts, and the other attempt is stopped. A result does not depend on its node, so only the time depends
/// on which one is first.
/// </summary>
internal sealed class HedgedAttempts(GrainAttempts attempts)
{
    // The most attempts in parallel to a slow one, one after another, if machines fail them.
    private const int MostBeside = 4;

    private readonly WorkDurations _times = new();

    /// <summary>Runs an attempt at an item, or two of them.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="item">The item.</param>
    /// <param name="begun">The attempt if it runs already, disposed of here; null: it is started.</param>
    /// <param name="cancellationToken">Stops following, as in <see cref="GrainAttempts.RunAsync"/>.</param>
    /// <returns>The end of the attempt that counts, or why there is none.</returns>
    public async Task<(CandidateReply? Ended, FailedResult? Failure)> RunAsync(
        Attempt attempt, WorkItem item, AttemptRun? begun, CancellationToken cancellationToken)
    {
        // Long work resumes from its checkpoint; work that may end its host runs once.
        if (item.IsLong || attempt.Alone || attempt.Second is not { } second)
        {
            return await attempts.RunAsync(attempt, item, new AttemptCourse(attempts.Time, attempt.Sequence), cancellationToken);
        }

        var kind = WorkDurations.KindOf(item);
        await using var first = begun
            ?? new AttemptRun(attempts, attempt, item, new AttemptCourse(attempts.Time, attempt.Sequence), cancellationToken);
        if (!await TakesLongAsync(first, kind))
        {
            return Take(kind, first);
        }

        string[] tried = [first.Course.Node!];
        for (var left = MostBeside; ; left--)
        {
            await using var other = new AttemptRun(
                attempts,
                StartUnlessEnded(first, second(), cancellationToken),
                item,
                new AttemptCourse(attempts.Time, attempt.Sequence) { Beside = tried },
                cancellationToken);
            await Task.WhenAny(first.Task, other.Task);
            if (!first.Task.IsCompleted && other.IsMachinesFailure && left > 1 && other.Attempt.Second is { } next)
            {
                // This says nothing about the work, and a faulty node is always free.
                second = next;
                tried = other.Course.Node is { } bad ? [.. tried, bad] : tried;
                continue;
            }

            return Take(kind, await FirstAsync(first, other));
        }
    }

    // The first attempt may have ended, with a late or lost answer: its node is asked, in no more than the time of any call, before the
    // same is measured again.
    private Attempt StartUnlessEnded(AttemptRun first, Attempt other, CancellationToken cancellationToken) => other with
    {
        Started = async (node, device, grant) =>
        {
            if (await attempts.HasEndedAsync(first.Course, cancellationToken))
            {
                await Task.WhenAny(first.Task);
            }

            if (first.Task.IsCompletedSuccessfully && !first.IsMachinesFailure)
            {
                throw new OperationCanceledException("The attempt that it was to be beside has ended.");
            }

            await other.Started(node, device, grant);
        },
    };

    private async Task<AttemptRun> FirstAsync(AttemptRun first, AttemptRun other)
    {
        var ended = first.Task.IsCompleted ? first : other;
        var left = ended == first ? other : first;
        if (ended.IsMachinesFailure && left.Course.Begun.IsCompleted)
        {
            await Task.WhenAny(left.Task);
            ended = left;
        }

        if (ended == other && first.Course.Grant is { } slow && !other.IsMachinesFailure)
        {
            attempts.Slots.IsSlow(slow);
        }

        return ended;
    }

    private async Task<bool> TakesLongAsync(AttemptRun runner, string kind)
    {
        await Task.WhenAny(runner.Task, runner.Course.Begun);
        while (!runner.Task.IsCompleted)
        {
            var known = _times.Changed;
            var left = _times.LongOf(kind) - runner.Course.Took;
            if (left <= TimeSpan.Zero)
            {
                return true;
            }

            await Pause.ForAsync(left ?? Timeout.InfiniteTimeSpan, Task.WhenAny(runner.Task, known), attempts.Time);
        }

        return false;
    }

    private (CandidateReply? Ended, FailedResult? Failure) Take(string kind, AttemptRun runner)
    {
        // Completed, so nothing is waited for.
        var end = runner.Task.GetAwaiter().GetResult();
        if (end.Ended is { Failure: null })
        {
            if (runner.Course.Grant is { } grant && !(runner.Course.Took > _times.LongOf(kind)))
            {
                attempts.Slots.IsNotSlow(grant);
            }

            _times.Add(kind, runner.Course.Took);
        }

        return end;
    }
}
