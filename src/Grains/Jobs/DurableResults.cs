namespace Cluster.Grains.Jobs;

/// <summary>
/// Tells nodes which of their stored results are durable. In batches, because a call for each would double a job's calls. A lost message
/// only costs a node some memory for a while.
/// </summary>
internal sealed class DurableResults(INodeServices nodes, GrainCalls calls, GrainOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<int, ConcurrentBag<AttemptCourse>> _kept = new();
    private readonly ConcurrentQueue<string> _durable = new();
    private int _telling;

    /// <summary>An attempt is made at an item: its node will keep the result.</summary>
    public void Add(int sequence, AttemptCourse course) => _kept.GetOrAdd(sequence, static _ => []).Add(course);

    /// <summary>An item's outcome is in the journal.</summary>
    public void Recorded(int sequence)
    {
        if (_kept.TryRemove(sequence, out var courses))
        {
            Forget(courses.Select(course => course.Key).OfType<string>());
        }
    }

    /// <summary>The results of these attempts are no longer needed.</summary>
    public void Forget(IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            _durable.Enqueue(key);
        }

        if (Interlocked.Exchange(ref _telling, 1) == 0)
        {
            _ = TellAsync();
        }
    }

    private async Task TellAsync()
    {
        await Task.Delay(options.ForgetEvery, time);
        Volatile.Write(ref _telling, 0);
        var keys = new List<string>();
        while (_durable.TryDequeue(out var key))
        {
            keys.Add(key);
        }

        foreach (var ofNode in keys.GroupBy(NodeKey.NodeOf, StringComparer.Ordinal))
        {
            await calls.TellAsync(async () => await (await nodes.FindAsync(ofNode.Key) is { } service
                ? service.ForgetAsync([.. ofNode])
                : Task.CompletedTask));
        }
    }
}
