namespace Cluster.Grains.Ports;

/// <summary>Waits that something may cut short.</summary>
internal static class Pause
{
    /// <summary>Waits for as long, or until something has ended, whatever its end; leaves no timer behind.</summary>
    /// <param name="pause">How long.</param>
    /// <param name="unless">What cuts it short.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task ForAsync(TimeSpan pause, Task unless, TimeProvider time, CancellationToken cancellationToken = default)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(unless, Task.Delay(pause, time, over.Token));
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }
}
