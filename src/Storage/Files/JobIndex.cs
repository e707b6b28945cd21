namespace Cluster.Storage.Files;

/// <summary>
/// An index for listing and finding a folder's jobs. Whole entries, some kilobytes each, are kept in memory for jobs that have not ended
/// and for the most recently used ones; the others are only in their files. Not thread-safe.
/// </summary>
/// <param name="mostHeld">The most entries of ended jobs to keep.</param>
internal sealed class JobIndex(int mostHeld)
{
    /// <summary>The usual limit: four megabytes of small jobs.</summary>
    public const int MostHeld = 1000;

    private readonly Dictionary<string, JobLine> _lines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JobEntry> _held = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _byRequest = new(StringComparer.Ordinal);
    private readonly LinkedList<string> _ended = new();
    private readonly Dictionary<string, LinkedListNode<string>> _places = new(StringComparer.Ordinal);

    /// <summary>Number of whole entries in memory.</summary>
    public int Held => _held.Count;

    public IEnumerable<JobLine> Lines => _lines.Values;

    public bool Contains(string id) => _lines.ContainsKey(id);

    public JobLine? Line(string id) => _lines.GetValueOrDefault(id);

    /// <summary>The id of a request's job; null if there is none.</summary>
    public string? OfRequest(string request) => _byRequest.GetValueOrDefault(request);

    /// <summary>A job's entry, if it is in memory.</summary>
    public JobEntry? Entry(string id)
    {
        if (_places.TryGetValue(id, out var place))
        {
            _ended.Remove(place);
            _ended.AddLast(place);
        }

        return _held.GetValueOrDefault(id);
    }

    /// <summary>Adds or updates a job.</summary>
    public void Keep(JobEntry entry)
    {
        _lines[entry.Id] = new JobLine(entry.Id, entry.RequestId, TenantName.Of(entry), entry.CreatedAt, entry.Status);
        if (entry.RequestId is { } request)
        {
            _byRequest[request] = entry.Id;
        }

        _held[entry.Id] = entry;
        if (entry.Status.HasEnded() && !_places.ContainsKey(entry.Id))
        {
            _places[entry.Id] = _ended.AddLast(entry.Id);
            if (_ended.Count > mostHeld)
            {
                Release(_ended.First!.Value);
            }
        }
    }

    public void Remove(string id)
    {
        Release(id);
        if (_lines.Remove(id, out var line) && line.RequestId is { } request)
        {
            _byRequest.Remove(request);
        }
    }

    private void Release(string id)
    {
        _held.Remove(id);
        if (_places.Remove(id, out var place))
        {
            _ended.Remove(place);
        }
    }
}

/// <summary>The fields for listing and finding a job, as in <see cref="JobEntry"/>.</summary>
internal sealed record JobLine(string Id, string? RequestId, string Tenant, DateTimeOffset CreatedAt, JobStatus Status);
