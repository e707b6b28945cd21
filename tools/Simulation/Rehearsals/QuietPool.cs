namespace Cluster.Simulation.Rehearsals;

/// <summary>
/// Waits until the thread pool has nothing to do: while probes hold all of its threads at once, nothing else runs, and what is queued then
/// is counted. For as long as it lives the pool has no more threads than are held. It is the whole process's, so nothing else may use it
/// meanwhile: the clock would wait for that too.
/// </summary>
internal sealed class QuietPool : IDisposable
{
    private readonly int _threads = Environment.ProcessorCount;
    private readonly (int Threads, int Ports) _least;
    private readonly (int Threads, int Ports) _most;

    public QuietPool()
    {
        ThreadPool.GetMinThreads(out _least.Threads, out _least.Ports);
        ThreadPool.GetMaxThreads(out _most.Threads, out _most.Ports);
        if (!ThreadPool.SetMinThreads(_threads, _least.Ports) || !ThreadPool.SetMaxThreads(_threads, _most.Ports))
        {
            throw new InvalidOperationException($"The thread pool cannot be held to {_threads} threads.");
        }
    }

    public void Wait()
    {
        var isQuiet = false;
        while (!isQuiet)
        {
            var round = new Round(_threads);
            for (var i = 0; i < _threads; i++)
            {
                ThreadPool.UnsafeQueueUserWorkItem(static round => round.Hold(), round, preferLocal: false);
            }

            isQuiet = round.IsQuiet();
        }
    }

    public void Dispose()
    {
        ThreadPool.SetMaxThreads(_most.Threads, _most.Ports);
        ThreadPool.SetMinThreads(_least.Threads, _least.Ports);
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
