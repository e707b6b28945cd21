using System.Collections.Concurrent;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Work;
using Cluster.Grains.Contracts;
using Cluster.Grains.Ports;

namespace Cluster.Grains.Nodes;

/// <summary>
/// Readings of jobs' files that this silo's node does for other servers. A reading without further queries is stopped. Thread-safe.
/// </summary>
internal sealed class LocalPreparations(INodeHost host, GrainOptions options, TimeProvider time)
{
    /// <summary>How long a reading continues, or its answer is kept, after the last query.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Lazy<Reading>> _readings = new(StringComparer.Ordinal);

    /// <summary>Starts a reading unless it has started, and waits a while for its end.</summary>
    public async Task<CandidateReply> PrepareAsync(string key, JobEntry job, TimeSpan wait, CancellationToken cancellationToken)
    {
        var reading = _readings.GetOrAdd(key, _ => new Lazy<Reading>(() => Begin(key, job))).Value;
        reading.Abandoned.Change(Patience, Timeout.InfiniteTimeSpan);
        if (!reading.Work.IsCompleted)
        {
            await Pause.ForAsync(options.Bounded(wait), reading.Work, time, cancellationToken);
        }

        return reading.Work.IsCompleted ? CandidateReply.Of(await reading.Work) : new CandidateReply(CandidatePhase.Running);
    }

    private Reading Begin(string key, JobEntry job)
    {
        var abandoned = time.CreateTimer(_ => Abandon(key), state: null, Patience, Timeout.InfiniteTimeSpan);
        return new Reading(stop => host.PrepareAsync(job, stop), abandoned);
    }

    private void Abandon(string key)
    {
        if (_readings.TryRemove(key, out var reading))
        {
            reading.Value.Dispose();
        }
    }

    private sealed class Reading : IDisposable
    {
        private readonly CancellationTokenSource _stop = new();

        public Reading(Func<CancellationToken, Task<WorkResult>> read, ITimer abandoned)
        {
            // Read now: the reading may be abandoned, and its source disposed of, before the task starts.
            var stop = _stop.Token;
            Work = Task.Run(() => read(stop));
            Abandoned = abandoned;
        }

        public Task<WorkResult> Work { get; }

        /// <summary>Fires when it was not queried for too long.</summary>
        public ITimer Abandoned { get; }

        public void Dispose()
        {
            _stop.Cancel();
            _stop.Dispose();
            Abandoned.Dispose();
        }
    }
}
