using Cluster.Coordinator.Running;
using Cluster.Coordinator.Work;
using Cluster.Grains.Ports;

namespace Cluster.Grains.Jobs;

/// <summary>
/// The nodes that a job avoids: a node that fails everything fails it fast, so it would always be free. After several consecutive faults a
/// node is excluded for a while, twice as long each time; one success clears it. Only for this job: the fault may be in the job's files on
/// that node. Thread-safe.
/// </summary>
internal sealed class NodeScores(GrainOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly SteadyClock _clock = new(time);
    private readonly Dictionary<string, Score> _scores = new(StringComparer.Ordinal);

    /// <summary>The currently excluded nodes.</summary>
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

    /// <summary>The last fault of each excluded node, for people.</summary>
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

            var faults = (_scores.GetValueOrDefault(node)?.Faults ?? 0) + 1;
            var times = faults - options.FaultsAllowed;
            var until = times < 0 ? default : _clock.Now + BackOff.After(options.FirstExclusion, times, options.LongestExclusion);
            _scores[node] = new Score(faults, until, failure.Reason);
            return times >= 0;
        }
    }

    private sealed record Score(int Faults, DateTimeOffset ExcludedUntil, string Reason);
}
