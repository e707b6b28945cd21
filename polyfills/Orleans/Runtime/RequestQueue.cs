namespace Orleans.Runtime;

/// <summary>Which requests wait, which run, and which of the waiting may run beside those. Not thread-safe: the activation locks.</summary>
internal sealed class RequestQueue(bool isReentrant)
{
    private readonly LinkedList<Request> _waiting = [];
    private readonly HashSet<Request> _running = [];
    private int _waitingInterleavable;

    public bool IsRunning => _running.Count > 0;

    public bool IsEmpty => _running.Count == 0 && _waiting.Count == 0;

    public void Add(Request request)
    {
        _waiting.AddLast(request);
        _waitingInterleavable += request.AlwaysInterleave ? 1 : 0;
    }

    public bool Remove(Request request)
    {
        var removed = _waiting.Remove(request);
        _waitingInterleavable -= removed && request.AlwaysInterleave ? 1 : 0;
        return removed;
    }

    /// <summary>The first waiting request that may run now, which then counts as running.</summary>
    public Request? TryTake()
    {
        for (var node = _waiting.First; node is not null; node = node.Next)
        {
            var request = node.Value;
            if (isReentrant || request.AlwaysInterleave || _running.All(running => running.AlwaysInterleave))
            {
                Remove(request);
                _running.Add(request);
                return request;
            }

            // Thousands may wait: behind one that must wait, only these can pass.
            if (_waitingInterleavable == 0)
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
}
