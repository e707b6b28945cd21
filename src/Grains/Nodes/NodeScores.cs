namespace Cluster.Grains.Nodes;

/// <summary>
/// The nodes that a job avoids: a node that fails everything fails it fast, so it would always be free. After several consecutive faults a
/// node is excluded for a while, twice as long each time; one success clears it. Only for this job: the fault may be in the job's files on
/// that node. Thread-safe.
/// </summary>
internal sealed class NodeScores(GrainOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Exclusion> _scores = new(StringComparer.Ordinal);

    /// <summary>The currently excluded nodes.</summary>
    public string[] Excluded
    {
        get
        {
            lock (_gate)
            {
                return [.. Now.Select(score => score.Key)];
            }
        }
    }

    /// <summary>The last fault of each excluded node, for people.</summary>
    public string Why
    {
        get
        {
            lock (_gate)
            {
                return string.Join(' ', Now.Select(score => $"{score.Key}: {score.Value.Problem}"));
            }
        }
    }

    private IEnumerable<KeyValuePair<string, Exclusion>> Now =>
        _scores.Where(score => score.Value.IsNow).OrderBy(score => score.Key, StringComparer.Ordinal);

    /// <summary>Records how an attempt ended on a node that answered.</summary>
    /// <param name="failure">Its failure, or null.</param>
    /// <returns>Whether the node is now excluded.</returns>
    public bool Record(string node, FailedResult? failure)
    {
        lock (_gate)
        {
            if (failure is not { Kind: FailureKind.Unavailable })
            {
                _scores.Remove(node);
                return false;
            }

            if (!_scores.TryGetValue(node, out var score))
            {
                _scores[node] = score = new Exclusion(options.FaultsAllowed, options, time);
            }

            return score.Record(failure.Reason);
        }
    }
}
