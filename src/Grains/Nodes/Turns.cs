namespace Cluster.Grains.Nodes;

/// <summary>
/// Which of several tenants or jobs got a slot longest ago. With more of them than slots, the first would otherwise get every slot again
/// that one of them releases.
/// </summary>
internal sealed class Turns
{
    /// <summary>The number of remembered names; one without a turn among that many counts as new.</summary>
    public const int Remembered = 16_384;

    private readonly Dictionary<string, long> _last = new(StringComparer.Ordinal);
    private long _turns;

    /// <summary>Grows with each turn; 0 for a name without one, or whose turn was forgotten.</summary>
    public long LastOf(string name) => _last.GetValueOrDefault(name);

    public void Took(string name)
    {
        _last[name] = ++_turns;
        if (_last.Count > 2 * Remembered)
        {
            foreach (var old in _last.Where(known => known.Value <= _turns - Remembered).Select(known => known.Key).ToArray())
            {
                _last.Remove(old);
            }
        }
    }
}
