namespace Cluster.Grains.Nodes;

/// <summary>
/// Which of several jobs was given a slot longest ago. With more jobs than slots, those that came first would otherwise have every slot
/// again that one of them leaves.
/// </summary>
internal sealed class JobTurns
{
    /// <summary>A job that had no turn among so many is as good as new.</summary>
    public const int Remembered = 16_384;

    private readonly Dictionary<string, long> _last = new(StringComparer.Ordinal);
    private long _turns;

    /// <summary>Grows with each turn; 0 of a job that had none, or none that is remembered.</summary>
    public long LastOf(string job) => _last.GetValueOrDefault(job);

    public void Took(string job)
    {
        _last[job] = ++_turns;
        if (_last.Count > 2 * Remembered)
        {
            foreach (var old in _last.Where(known => known.Value <= _turns - Remembered).Select(known => known.Key).ToArray())
            {
                _last.Remove(old);
            }
        }
    }
}
