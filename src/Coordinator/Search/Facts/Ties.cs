namespace Cluster.Coordinator.Search.Facts;

/// <summary>The definition of equal latencies.</summary>
public static class Ties
{
    /// <summary>Latencies within this factor tie: repeated measurements of one plan differ by about that much on a busy machine.</summary>
    public const double Factor = 1.03;

    /// <summary><see cref="Factor"/> for people: the percentage above 1.</summary>
    public const int Percent = 3;

    /// <summary>Whether the first latency is lower by more than a tie.</summary>
    public static bool IsFaster(double ms, double thanMs) => ms * Factor < thanMs;
}
