using Cluster.Coordinator.Running;
using Cluster.Coordinator.Work;
using Cluster.Grains.Ports;

namespace Cluster.Grains.Jobs;

/// <summary>
/// The nodes that a job avoids: a node that fails everything fails it fast, and so would always be the free one. After
/// some faults in a row a node is left out for a while, twice as long each time; one success clears it. Only this job's:
/// what is wrong may be the job's files on that node. Thread-safe.
/// </summary>
internal sealed class NodeScores(GrainOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly SteadyClock _clock = new(time);
    private readonly Dictionary<string, Score> _scores = new(StringComparer.Ordinal);

    /// <summary>The nodes left out now.</summary>
    public string[] Excluded
    {
        get
        {
            lock (_gate)
            {
                var now = _clock.Now;
                return [.. _scores
                    .Where(score => score.Value.ExcludedUntil > now)
                    .Select(score => score.Key)
                    .Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>The last fault of each node that is left out, for people.</summary>
    public string Why
    {
        get
        {
            lock (_gate)
            {
                var now = _clock.Now;
                return string.Join(' ', _scores.Where(score => score.Value.ExcludedUntil > now)
                    .OrderBy(score => score.Key, StringComparer.Ordinal)
                    .Select(score => $"{score.Key}: {score.Value.Reason}"));
            }
        }
    }

    /// <summary>Takes in how an attempt ended on a node that answered.</summary>
    /// <param name="failure">Its failure, or null.</param>
    /// <returns>Whether the node is left out from now on.</returns>
    public bool Record(string node, FailedResult? failure)
    {
        lock (_gate)
        {
            if (failure is not { Kind: FailureKind.Unavailable })
            {
                _scores.Remove(node);
                return false;
            }

            var faults = (_scores.GetValueOrDefault(node)?.Faults ?? 0) + 1;
            var times = faults - options.FaultsAllowed;
            var until = times < 0 ? default : _clock.Now + BackOff.After(options.FirstExclusion, times, options.LongestExclusion);
            _scores[node] = new Score(faults, until, failure.Reason);
            return times >= 0;
        }
    }

    private sealed record Score(int Faults, DateTimeOffset ExcludedUntil, string Reason);
}
