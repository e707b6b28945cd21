namespace Cluster.Data;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014). Used because System.Random's sequence
/// is not guaranteed across versions, and a split must stay the same on every platform and version.
/// </summary>
internal struct SplitMix64(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state = unchecked(_state + 0x9E3779B97F4A7C15);
        ulong z = _state;
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, bound): the last, incomplete run of residues is rejected.</summary>
    public int Below(int bound)
    {
        ulong n = (ulong)bound;
        ulong incomplete = ((ulong.MaxValue % n) + 1) % n;
        ulong value = Next();
        while (value > ulong.MaxValue - incomplete)
        {
            value = Next();
        }

        return (int)(value % n);
    }
}
