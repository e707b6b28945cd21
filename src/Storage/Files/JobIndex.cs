using Cluster.Coordinator.Model;

namespace Cluster.Storage.Files;

/// <summary>
/// What a folder's jobs are listed and found by. Whole entries, some kilobytes each, are held of jobs that have not ended and of those
/// that were used last; of the others the file has them. Not thread-safe.
/// </summary>
/// <param name="mostHeld">Entries of jobs that have ended, at most.</param>
internal sealed class JobIndex(int mostHeld)
{
    /// <summary>The usual limit: four megabytes of small jobs.</summary>
    public const int MostHeld = 1000;

    private readonly Dictionary<string, JobLine> _lines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JobEntry> _held = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _byRequest = new(StringComparer.Ordinal);
    private readonly LinkedList<string> _ended = new();
    private readonly Dictionary<string, LinkedListNode<string>> _places = new(StringComparer.Ordinal);

    /// <summary>How many whole entries are held.</summary>
    public int Held => _held.Count;

    public IEnumerable<JobLine> Lines => _lines.Values;

    public bool Contains(string id) => _lines.ContainsKey(id);

    public JobLine? Line(string id) => _lines.GetValueOrDefault(id);

    /// <summary>The job of a request, by id; null where there is none.</summary>
    public string? OfRequest(string request) => _byRequest.GetValueOrDefault(request);

    /// <summary>A job's entry where it is held.</summary>
    public JobEntry? Entry(string id)
    {
        if (_places.TryGetValue(id, out var place))
        {
            _ended.Remove(place);
            _ended.AddLast(place);
        }

        return _held.GetValueOrDefault(id);
    }

    /// <summary>Takes in a job, or what became of it.</summary>
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
