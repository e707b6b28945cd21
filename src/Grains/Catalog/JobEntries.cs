namespace Cluster.Grains.Catalog;

/// <summary>Jobs that this silo works for, read once: the used parts of an entry never change.</summary>
internal sealed class JobEntries(IJobStore store)
{
    private const int Most = 1024;

    private readonly ConcurrentDictionary<string, JobEntry> _entries = new(StringComparer.Ordinal);

    /// <exception cref="JobException">There is no such job.</exception>
    public async Task<JobEntry> GetAsync(string id, CancellationToken cancellationToken)
    {
        if (_entries.TryGetValue(id, out var known))
        {
            return known;
        }

        var entry = await store.FindAsync(id, cancellationToken)
            ?? throw new JobException($"No job '{id}': it was deleted, or this silo uses another job store.");
        if (_entries.Count >= Most)
        {
            // Read again when needed.
            _entries.Clear();
        }

        return _entries.GetOrAdd(id, entry);
    }

    public void Forget(string id) => _entries.TryRemove(id, out _);
}
