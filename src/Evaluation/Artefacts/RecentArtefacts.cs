namespace Cluster.Evaluation.Artefacts;

/// <summary>
/// Files that were built, by key. Those that were asked for last are kept, up to a number of bytes; of the others only
/// the corrected biases are, by which a file is built again without looking at an image. One caller builds, others of
/// the same key wait for it. Thread-safe.
/// </summary>
/// <param name="bytes">Of files; the last one is kept whatever its size.</param>
internal sealed class RecentArtefacts(long bytes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<string> _recent = new(); // keys of the files that are kept, the latest first
    private readonly Dictionary<string, IReadOnlyDictionary<string, float[]>> _biases = new(StringComparer.Ordinal);
    private long _kept;

    /// <summary>Whether a file is here, being built, or can be built again by its biases.</summary>
    public bool Knows(string key)
    {
        lock (_lock)
        {
            return _entries.ContainsKey(key) || _biases.ContainsKey(key);
        }
    }

    /// <summary>The file of a key.</summary>
    /// <param name="build">Makes it, with the corrected biases of the first time if there was one. A failure is not
    /// remembered: the next call tries again.</param>
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
            return; // let go of since: the caller still has it
        }

        if (entry.Place is { } place)
        {
            _recent.Remove(place);
            _recent.AddFirst(place);
            return;
        }

        entry.Place = _recent.AddFirst(key);
        _kept += built.Bytes.Length;
        if (built.Network is { } network)
        {
            _biases[key] = network.CorrectedBiases;
        }

        while (_kept > bytes && _recent.Count > 1)
        {
            string oldest = _recent.Last!.Value;
            _kept -= _entries[oldest].Artefact.Value.Bytes.Length;
            _entries.Remove(oldest);
            _recent.RemoveLast();
        }
    }

    private sealed record Entry(Lazy<BuiltArtefact> Artefact)
    {
        public LinkedListNode<string>? Place { get; set; }
    }
}
