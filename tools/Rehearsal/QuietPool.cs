namespace Cluster.Rehearsal;

/// <summary>
/// Waits until the thread pool has nothing to do: while probes hold so many of its threads at once, nothing else runs, and what is queued
/// then is counted. Exact where the pool has no more threads; where it has, the clock may jump while something still computes, which costs
/// the rehearsal nothing but the exactness of its times.
/// </summary>
internal sealed class QuietPool(int threads)
{
    /// <summary>Lets the pool have no more threads than are held: for programs that do nothing else.</summary>
    public static QuietPool Exact()
    {
        var threads = Environment.ProcessorCount;
        ThreadPool.GetMaxThreads(out _, out var ports);
        ThreadPool.SetMinThreads(threads, 1);
        return ThreadPool.SetMaxThreads(threads, ports)
            ? new QuietPool(threads)
            : throw new InvalidOperationException($"The thread pool cannot be held to {threads} threads.");
    }

    public void Wait()
    {
        var isQuiet = false;
        while (!isQuiet)
        {
            var round = new Round(threads);
            for (var i = 0; i < threads; i++)
            {
                ThreadPool.UnsafeQueueUserWorkItem(static round => round.Hold(), round, preferLocal: false);
            }

            isQuiet = round.IsQuiet();
        }
    }

    private sealed class Round(int threads)
    {
        private readonly Lock _gate = new();
        private readonly TaskCompletionSource _held = new();
        private readonly TaskCompletionSource _letGo = new();
        private int _left = threads;

        public void Hold()
        {
            bool last;
            lock (_gate)
            {
                last = --_left == 0;
            }

            if (last)
            {
                _held.SetResult();
            }

            _letGo.Task.GetAwaiter().GetResult();
        }

        public bool IsQuiet()
        {
            _held.Task.GetAwaiter().GetResult();
            var isQuiet = ThreadPool.PendingWorkItemCount == 0;
            _letGo.SetResult();
            return isQuiet;
        }
    }
}
