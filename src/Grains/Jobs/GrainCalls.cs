namespace Cluster.Grains.Jobs;

/// <summary>
/// Makes calls that may be repeated. A call to a silo that was just killed has no answer before its response timeout, and a failed call
/// says nothing about the work in question: both count as "no answer" here, and the caller retries.
/// </summary>
internal sealed partial class GrainCalls(TimeSpan longest, TimeProvider time, ILogger logger)
{
    /// <summary>The answer, or null if there is none.</summary>
    /// <param name="call">Makes the call, with a token that is cancelled when its answer is no longer awaited.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <param name="within">The longest time for an answer; null: the limit for any call.</param>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    public async Task<T?> TryAsync<T>(
        Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken, TimeSpan? within = null)
        where T : class
    {
        using var patience = new CancellationTokenSource(within ?? longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await call(either.Token).WaitAsync(either.Token);
        }
#pragma warning disable CA1031 // Rejections, timeouts, broken connections, a stopping silo's serializers: no list would be complete.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            cancellationToken.ThrowIfCancellationRequested();
            LogUnanswered(failure.GetType().Name, failure.Message);
            return null;
        }
    }

    /// <summary>Makes a call that has no answer and is not repeated: whether it arrives is not known.</summary>
    public Task TellAsync(Func<Task> call) => TryAsync(
        async _ =>
        {
            await call();
            return string.Empty;
        },
        CancellationToken.None);

    [LoggerMessage(EventId = 1004, Level = LogLevel.Debug, Message = "A call had no answer and is repeated ({Kind}: {Problem})")]
    private partial void LogUnanswered(string kind, string problem);
}
