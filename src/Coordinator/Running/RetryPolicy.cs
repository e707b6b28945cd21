namespace Cluster.Coordinator.Running;

/// <summary>
/// The failure table: failures that may not recur are retried a limited number of times; others are not. The only layer that retries. In a
/// cluster, machine failures are waited out; on one machine they stop the job, so that its user can repair the machine.
/// </summary>
/// <param name="distributed">Whether hosts come and go independently of the job.</param>
internal sealed class RetryPolicy(bool distributed)
{
    /// <summary>Losses of hosts, or of devices, after which an item is suspected of causing them.</summary>
    private const int SuspectedAfter = 3;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    /// <summary>Decides about an item from its failures so far, including the last one.</summary>
    public RetryDecision Decide(int sequence, ItemAttempts attempts)
    {
        var failure = attempts.Failures[^1];
        var ofThisKind = attempts.Failures.Count(earlier => earlier.Kind == failure.Kind);
        if (!failure.Kind.IsInfrastructure())
        {
            return ofThisKind <= failure.Kind.Retries()
                ? new RetryDecision.Again(TimeSpan.Zero, attempts.WasAlone)
                : new RetryDecision.GiveUp(End(failure, ofThisKind));
        }

        if (failure.Predictions is not null)
        {
            return new RetryDecision.Again(TimeSpan.Zero, attempts.WasAlone);
        }

        if (!distributed || failure.Kind == FailureKind.Unscored)
        {
            return ofThisKind <= failure.Kind.Retries()
                ? new RetryDecision.Again(TimeSpan.Zero, Alone: false)
                : new RetryDecision.StopJob();
        }

        if (failure.Kind == FailureKind.Unavailable)
        {
            return new RetryDecision.Again(Delay(sequence, ofThisKind), attempts.WasAlone);
        }

        var losses = attempts.Losses;
        if (attempts.WasAlone && losses > SuspectedAfter)
        {
            return new RetryDecision.GiveUp(
                new FailedResult(
                    FailureKind.Quarantined,
                    $"It ran alone on its host when that was lost, after {losses - 1} losses before: {failure.Reason}"));
        }

        // A device that fails repeatedly is excluded soon; until then its node must not be asked endlessly.
        var delay = failure.Kind == FailureKind.DeviceError ? Delay(sequence, ofThisKind) : TimeSpan.Zero;
        return new RetryDecision.Again(delay, losses >= SuspectedAfter);
    }

    // An item that kills processes is not retried anywhere; other failures decide by their kind.
    private static FailedResult End(FailedResult failure, int times) => failure.Kind == FailureKind.NativeCrash
        ? new FailedResult(FailureKind.Quarantined, $"It ended the evaluator's process {times} times, at last so: {failure.Reason}")
        : failure;

    // Doubled each time, up to the longest; the jitter depends only on the item, so that a replay waits as long.
    private static TimeSpan Delay(int sequence, int failures) =>
        ExponentialDelay.Jittered(ExponentialDelay.After(FirstDelay, failures - 1, LongestDelay), (ulong)((sequence * 1009L) + failures));
}

/// <summary>The decision after an attempt without a result; a closed set.</summary>
internal abstract record RetryDecision
{
    /// <summary>Try again.</summary>
    /// <param name="Delay">The wait before it.</param>
    /// <param name="Alone">Whether nothing else may run on the same host.</param>
    public sealed record Again(TimeSpan Delay, bool Alone) : RetryDecision;

    /// <summary>The item ends without a result.</summary>
    public sealed record GiveUp(FailedResult Failure) : RetryDecision;

    /// <summary>The job stops; nothing is known about the item.</summary>
    public sealed record StopJob : RetryDecision;
}
