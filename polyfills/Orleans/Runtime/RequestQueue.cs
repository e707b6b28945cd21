namespace Orleans.Runtime;

/// <summary>Which requests wait, which run, and which of the waiting may run beside those. Not thread-safe: the activation locks.</summary>
internal sealed class RequestQueue(GrainClass grainClass)
{
    private readonly LinkedList<Request> _waiting = [];
    private readonly HashSet<Request> _running = [];
    private readonly Dictionary<Guid, int> _sections = [];
    private int _waitingInterleavable;

    public bool IsRunning => _running.Count > 0;

    public bool IsEmpty => _running.Count == 0 && _waiting.Count == 0;

    public void Add(Request request)
    {
        _waiting.AddLast(request);
        _waitingInterleavable += IsInterleavable(request) ? 1 : 0;
    }

    public bool Remove(Request request)
    {
        var removed = _waiting.Remove(request);
        _waitingInterleavable -= removed && IsInterleavable(request) ? 1 : 0;
        return removed;
    }

    /// <summary>The first waiting request that may run now, which then counts as running.</summary>
    public Request? TryTake(object grain)
    {
        for (var node = _waiting.First; node is not null; node = node.Next)
        {
            if (MayRun(node.Value, grain))
            {
                var request = node.Value;
                _waiting.Remove(node);
                _waitingInterleavable -= IsInterleavable(request) ? 1 : 0;
                _running.Add(request);
                return request;
            }

            // Thousands may wait: behind one that must wait, only these can pass.
            if (_waitingInterleavable == 0 && _sections.Count == 0 && grainClass.MayInterleave is null)
            {
                return null;
            }
        }

        return null;
    }

    public void Done(Request request) => _running.Remove(request);

    public Request[] TakeAll()
    {
        Request[] all = [.. _waiting];
        _waiting.Clear();
        _waitingInterleavable = 0;
        return all;
    }

    public void EnterSection(Guid id) => _sections[id] = _sections.GetValueOrDefault(id) + 1;

    public void ExitSection(Guid id)
    {
        var depth = _sections.GetValueOrDefault(id) - 1;
        if (depth > 0)
        {
            _sections[id] = depth;
        }
        else
        {
            _sections.Remove(id);
        }
    }

    private static bool IsInterleavable(Request request) => request.AlwaysInterleave || request.ReadOnly;

    private bool MayRun(Request request, object grain)
    {
        var blocking = _running.Where(running => !running.AlwaysInterleave).ToArray();
        if (blocking.Length == 0 || request.AlwaysInterleave || grainClass.IsReentrant)
        {
            return true;
        }

        if (request.ReadOnly && Array.TrueForAll(blocking, running => running.ReadOnly))
        {
            return true;
        }

        if (_sections.ContainsKey(RequestContext.ReentrancyIdOf(request.Context)))
        {
            return true;
        }

        return grainClass.MayInterleave is { } may && (may(grain, request) || Array.TrueForAll(blocking, running => may(grain, running)));
    }
}
