namespace Cluster.Harness;

/// <summary>One kill of a schedule.</summary>
/// <param name="AtShare">When: once this share of the undisturbed run's records is in the journal.</param>
/// <param name="Coordinator">Whether it is the coordinator's silo; otherwise <paramref name="Victim"/>.</param>
/// <param name="Victim">The silo's index.</param>
/// <param name="DownFor">How long the silo stays dead.</param>
internal sealed record ChaosKill(double AtShare, bool Coordinator, int Victim, TimeSpan DownFor)
{
    /// <summary>One to six kills by seed, the first of them the coordinator's in every other schedule.</summary>
    public static IReadOnlyList<ChaosKill> Schedule(int seed)
    {
#pragma warning disable CA5394 // A schedule has to be the same again, not secret.
        var random = new Random(seed);
        var kills = new ChaosKill[1 + random.Next(6)];
        for (var i = 0; i < kills.Length; i++)
        {
            kills[i] = new ChaosKill(
                0.03 + (0.92 * random.NextDouble()),
                (i == 0 && seed % 2 == 1) || random.Next(2) == 0,
                random.Next(3),
                TimeSpan.FromMilliseconds(random.Next(3000)));
        }
#pragma warning restore CA5394
        return [.. kills.OrderBy(kill => kill.AtShare)];
    }
}
