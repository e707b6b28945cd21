namespace Cluster.Coordinator.Running;

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
