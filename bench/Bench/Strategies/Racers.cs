using Cluster.Coordinator.Model.Options;

namespace Cluster.Bench.Strategies;

/// <summary>Who races: the product's strategies, and other tools' orders.</summary>
internal static class Racers
{
    public static IReadOnlyList<(string Name, Action<Race> Search)> All { get; } =
    [
        .. Enum.GetValues<StrategyKind>().Select(
            kind => (kind.ToString().ToLowerInvariant(), (Action<Race>)(race => Product(race, kind)))),
        ("anneal, cosine", race => Product(race, StrategyKind.Anneal, schedule: TemperatureSchedule.Cosine)),
        ("anneal, step", race => Product(race, StrategyKind.Anneal, schedule: TemperatureSchedule.Step)),
        ("NNCF's order", Rivals.Nncf),
        ("INC's order", Rivals.Inc),
        ("YOLOv6's order", Rivals.YoloV6),
    ];

    // Losses are corrected for the choice; those of the other tools decide as measured.
    private static void Product(Race race, StrategyKind kind, TemperatureSchedule? schedule = null)
    {
        var spec = race.Track.Spec;
        spec = spec with
        {
            Options = spec.Options with
            {
                Strategy = kind,
                AnnealSchedule = schedule,
                Goal = race.Goal,
            },
        };
        _ = ReplayedJob.Run(spec, race.Track.Space, race.Ask);
    }
}
