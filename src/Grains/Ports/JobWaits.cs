namespace Cluster.Grains.Ports;

/// <summary>Why jobs that are coordinated on this silo wait, for gauges. Thread-safe.</summary>
public sealed class JobWaits
{
    private readonly ConcurrentDictionary<object, Func<JobWait?>> _jobs = new(ReferenceEqualityComparer.Instance);

    /// <summary>How many wait, by what they wait for; those that wait for nothing are left out.</summary>
    public IReadOnlyDictionary<WaitCause, int> Count() => _jobs.Values.Select(wait => wait()).OfType<JobWait>()
        .CountBy(wait => wait.Cause).ToDictionary();

    /// <summary>Sets what says why an activation's job waits; null: it is not coordinated here.</summary>
    internal void Set(object activation, Func<JobWait?>? wait)
    {
        if (wait is null)
        {
            _jobs.TryRemove(activation, out _);
        }
        else
        {
            _jobs[activation] = wait;
        }
    }
}
