namespace Cluster.Evaluation.Artefacts;

/// <summary>
/// Built files, by key. The most recently used ones are kept, up to a number of bytes; of the others only the corrected biases, with which
/// a file is rebuilt without reading an image. One caller builds while others wait for the same key. Thread-safe.
/// </summary>
/// <param name="bytes">Limit for the files; the last one is kept at any size.</param>
internal sealed class RecentArtefacts(long bytes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<string> _recent = new(); // keys of the kept files, most recent first
    private readonly Dictionary<string, IReadOnlyDictionary<string, float[]>> _biases = new(StringComparer.Ordinal);
    private long _kept;

    /// <summary>Whether a file is here, being built, or can be rebuilt from its biases.</summary>
    public bool Knows(string key)
    {
        lock (_lock)
        {
            return _entries.ContainsKey(key) || _biases.ContainsKey(key);
        }
    }

    /// <summary>The file of a key.</summary>
    /// <param name="build">Builds it, with the corrected biases of an earlier build if there was one. A failure is not remembered: the next
    /// call tries again.</param>
    public BuiltArtefact Get(string key, Func<IReadOnlyDictionary<string, float[]>?, BuiltArtefact> build)
    {
        Entry entry;
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out entry!))
            {
                var biases = _biases.GetValueOrDefault(key);
                _entries[key] = entry = new Entry(new Lazy<BuiltArtefact>(() => build(biases)));
            }
        }

        BuiltArtefact built;
        try
        {
            built = entry.Artefact.Value;
        }
        catch
        {
            lock (_lock)
            {
                if (_entries.TryGetValue(key, out var current) && current == entry)
                {
                    _entries.Remove(key);
                }
            }

            throw;
        }

        lock (_lock)
        {
            Touch(key, entry, built);
        }

        return built;
    }

    private void Touch(string key, Entry entry, BuiltArtefact built)
    {
        if (!_entries.TryGetValue(key, out var current) || current != entry)
        {
            return; // evicted meanwhile: the caller still has it
        }

        if (entry.Place is { } place)
        {
            _recent.Remove(place);
            _recent.AddFirst(place);
            return;
        }

        entry.Place = _recent.AddFirst(key);
        _kept += built.File.Length;
        if (built.Network is { } network)
        {
            _biases[key] = network.CorrectedBiases;
        }

        while (_kept > bytes && _recent.Count > 1)
        {
            string oldest = _recent.Last!.Value;
            _kept -= _entries[oldest].Artefact.Value.File.Length;
            _entries.Remove(oldest);
            _recent.RemoveLast();
        }
    }

    private sealed record Entry(Lazy<BuiltArtefact> Artefact)
    {
        public LinkedListNode<string>? Place { get; set; }
    }
}
