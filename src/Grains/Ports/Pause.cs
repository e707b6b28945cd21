namespace Cluster.Grains.Ports;

/// <summary>Waits that another event may shorten.</summary>
internal static class Pause
{
    /// <summary>Waits for the given time, or until a task has ended in any way; leaves no timer behind.</summary>
    /// <param name="pause">The longest wait.</param>
    /// <param name="unless">The task that shortens it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task ForAsync(TimeSpan pause, Task unless, TimeProvider time, CancellationToken cancellationToken = default)
    {
        await unless.WaitAsync(pause, time, cancellationToken).ConfigureAwait(
            ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
