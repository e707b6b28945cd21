using Cluster.Coordinator.Model;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Running;

/// <summary>
/// The failure table: what may differ next time is tried again, a bounded number of times; what cannot is not. The only layer that retries.
/// In a cluster the machines' failures are waited out; on one machine they stop the job, whose user repairs it.
/// </summary>
/// <param name="distributed">Whether hosts come and go without the job.</param>
internal sealed class RetryPolicy(bool distributed)
{
    /// <summary>Losses of hosts, or of devices, after which an item is suspected of causing them.</summary>
    private const int SuspectedAfter = 3;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    /// <summary>Decides about an item by its failures so far, the last of them included.</summary>
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

        if (!distributed)
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

        // A device that fails again is left out soon; until then its node must not be asked without end.
        var delay = failure.Kind == FailureKind.DeviceError ? Delay(sequence, ofThisKind) : TimeSpan.Zero;
        return new RetryDecision.Again(delay, losses >= SuspectedAfter);
    }

    // What ends processes is not tried again anywhere; other failures decide by their kind.
    private static FailedResult End(FailedResult failure, int times) => failure.Kind == FailureKind.NativeCrash
        ? new FailedResult(FailureKind.Quarantined, $"It ended the evaluator's process {times} times, at last so: {failure.Reason}")
        : failure;

    // Doubled each time, up to the longest; the jitter depends on the item only, so that a replay waits as long.
    private static TimeSpan Delay(int sequence, int failures) =>
        BackOff.Jittered(BackOff.After(FirstDelay, failures - 1, LongestDelay), (ulong)((sequence * 1009L) + failures));
}
