namespace Cluster.Grains.Nodes;

/// <summary>
/// Which of several jobs got a slot longest ago. With more jobs than slots, the first jobs would otherwise get every slot again that one of
/// them releases.
/// </summary>
internal sealed class JobTurns
{
    /// <summary>The number of remembered jobs; a job without a turn among that many counts as new.</summary>
    public const int Remembered = 16_384;

    private readonly Dictionary<string, long> _last = new(StringComparer.Ordinal);
    private long _turns;

    /// <summary>Grows with each turn; 0 for a job without one, or whose turn was forgotten.</summary>
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
