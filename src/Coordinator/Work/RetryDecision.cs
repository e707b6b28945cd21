namespace Cluster.Coordinator.Work;

/// <summary>What follows an attempt that gave no result; a closed set.</summary>
internal abstract record RetryDecision
{
    /// <summary>Try again.</summary>
    /// <param name="Delay">After this long.</param>
    /// <param name="Alone">With nothing else on the same host.</param>
    public sealed record Again(TimeSpan Delay, bool Alone) : RetryDecision;

    /// <summary>The item ends without a result.</summary>
    public sealed record GiveUp(FailedResult Failure) : RetryDecision;

    /// <summary>The job stops; nothing is known about the item.</summary>
    public sealed record StopJob : RetryDecision;
}
