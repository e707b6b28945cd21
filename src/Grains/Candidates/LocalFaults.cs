using System.Collections.Concurrent;

namespace Cluster.Grains.Candidates;

/// <summary>
/// Exceptions of work that ran in this process, for a job that runs in it too: between grains only their text would
/// travel. Each is taken once.
/// </summary>
internal sealed class LocalFaults
{
    private readonly ConcurrentDictionary<string, Exception> _faults = new(StringComparer.Ordinal);

    public void Keep(string key, Exception fault) => _faults[key] = fault;

    public Exception? Take(string key) => _faults.TryRemove(key, out var fault) ? fault : null;
}
