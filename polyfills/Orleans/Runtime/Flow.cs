namespace Orleans.Runtime;

/// <summary>A grain's turns must not inherit the caller's async locals: nothing travels.</summary>
internal static class Flow
{
    public static void Suppressed<T>(Action<T> action, T state)
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            action(state);
            return;
        }

        using (ExecutionContext.SuppressFlow())
        {
            action(state);
        }
    }

    public static ITimer Timer(TimeProvider time, TimerCallback callback, object state, TimeSpan dueTime)
    {
        ITimer? timer = null;
        Suppressed(_ => timer = time.CreateTimer(callback, state, dueTime, Timeout.InfiniteTimeSpan), state);
        return timer!;
    }
}
