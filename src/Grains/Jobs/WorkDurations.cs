namespace Cluster.Grains.Jobs;

/// <summary>
/// The durations of a job's pieces of work, by kind: a piece that takes much longer is on a slow node rather than larger. Thread-safe.
/// </summary>
internal sealed class WorkDurations
{
    // Times of a kind that its median is taken from, for "much longer" to be narrow.
    private const int Enough = 3;
    private const int Kept = 99;

    // Multiple of the median of its kind; of few times.
    private const int Much = 2;
    private const int MuchOfFew = 5;

    private static readonly TimeSpan Least = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Queue<TimeSpan>> _times = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _medians = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>Completes when there is more data.</summary>
    public Task Changed
    {
        get
        {
            lock (_gate)
            {
                return _changed.Task;
            }
        }
    }

    /// <summary>The kind of an item; only times of one kind are comparable.</summary>
    public static string KindOf(WorkItem item) => item switch
    {
        AccuracyItem accuracy => $"{nameof(AccuracyItem)} {accuracy.Images}",
        FinalTimingItem timing => $"{nameof(FinalTimingItem)} {timing.Plans.Count} {item.Kind}",
        _ => $"{item.GetType().Name} {item.Kind}",
    };

    /// <summary>Adds the duration of a finished one.</summary>
    public void Add(string kind, TimeSpan took)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            if (!_times.TryGetValue(kind, out var known))
            {
                _times[kind] = known = new Queue<TimeSpan>();
            }

            known.Enqueue(took);
            if (known.Count > Kept)
            {
                known.Dequeue();
            }

            _medians[kind] = known.Order().ElementAt(known.Count / 2);
            (changed, _changed) = (_changed, NewSignal());
        }

        changed.SetResult();
    }

    /// <summary>
    /// The time from which one of a kind takes much longer than usual. Null while none has ended: then everything may be slow, and second
    /// attempts would double the load.
    /// </summary>
    public TimeSpan? LongOf(string kind)
    {
        lock (_gate)
        {
            if (!_times.TryGetValue(kind, out var known))
            {
                return null;
            }

            var limit = (known.Count >= Enough ? Much : MuchOfFew) * _medians[kind];
            return limit > Least ? limit : Least;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
