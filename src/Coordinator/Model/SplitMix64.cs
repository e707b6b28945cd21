using System.Security.Cryptography;
using System.Text;

namespace Cluster.Coordinator.Model;

/// <summary>
/// Steele, Lea and Flood's SplitMix64 generator: every random choice of a job comes from one of these, seeded by (job
/// seed, purpose).
/// </summary>
public sealed class SplitMix64
{
    private ulong _state;

    /// <summary>Starts the generator at a seed.</summary>
    public SplitMix64(ulong seed) => _state = seed;

    /// <summary>A seed for one purpose, 0 to 2^53 − 1, that depends only on the job's seed and the purpose's name.</summary>
    public static long Derive(long seed, string purpose)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{purpose}"));
        return (long)(BitConverter.ToUInt64(hash) >> 11);
    }

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>
    /// A whole number from 0 to below <paramref name="bound"/>, by the high half of a 128-bit product (bias below bound
    /// / 2^64).
    /// </summary>
    public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);
}
