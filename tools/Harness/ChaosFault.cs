namespace Cluster.Harness;

/// <summary>One fault of a schedule.</summary>
/// <param name="AtShare">When: once this share of the undisturbed run's records is in the journal.</param>
/// <param name="Coordinator">Whether it is the coordinator's silo; otherwise <paramref name="Victim"/>.</param>
/// <param name="Victim">The silo's index.</param>
/// <param name="Kind">What is done to it.</param>
/// <param name="For">How long the silo stays dead or stopped.</param>
internal sealed record ChaosFault(double AtShare, bool Coordinator, int Victim, FaultKind Kind, TimeSpan For)
{
    /// <summary>One to six faults by seed, the first of them the coordinator's in every other schedule.</summary>
    /// <param name="seed">Draws them.</param>
    /// <param name="silos">How many there are.</param>
    /// <param name="kinds">What they are drawn from, equally often.</param>
    public static IReadOnlyList<ChaosFault> Schedule(int seed, int silos, params IReadOnlyList<FaultKind> kinds)
    {
#pragma warning disable CA5394 // A schedule has to be the same again, not secret.
        var random = new Random(seed);
        var faults = new ChaosFault[1 + random.Next(6)];
        for (var i = 0; i < faults.Length; i++)
        {
            faults[i] = new ChaosFault(
                0.03 + (0.92 * random.NextDouble()),
                (i == 0 && seed % 2 == 1) || random.Next(2) == 0,
                random.Next(silos),
                FaultKind.Kill,
                TimeSpan.FromMilliseconds(random.Next(3000)));
        }

        // Drawn after the rest, which so is the same whatever the kinds.
        return
        [
            .. faults.Select(fault => kinds[random.Next(kinds.Count)] switch
            {
                FaultKind.Freeze => fault with { Kind = FaultKind.Freeze, For = TimeSpan.FromSeconds(40) },
                FaultKind.Hang => fault with { Kind = FaultKind.Hang, For = TimeSpan.FromSeconds(90) },
                var kind => fault with { Kind = kind },
            }).OrderBy(fault => fault.AtShare),
        ];
#pragma warning restore CA5394
    }
}
