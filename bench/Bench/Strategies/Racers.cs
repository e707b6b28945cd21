using Cluster.Bench.Strategies.Comparison;
using Cluster.Bench.Strategies.Rivals;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;

namespace Cluster.Bench.Strategies;

/// <summary>Who races: the product's strategies, those that they are compared with, and other tools' orders.</summary>
internal static class Racers
{
    public static IReadOnlyList<(string Name, Action<Race> Search)> All { get; } =
    [
        .. Enum.GetValues<StrategyKind>().Select(
            kind => (kind.ToString().ToLowerInvariant(), (Action<Race>)(race => Product(race, kind)))),
        .. Enum.GetValues<ComparisonStrategy>().Select(
            kind => (kind.ToString().ToLowerInvariant(), (Action<Race>)(race => Compared(race, kind)))),
        ("anneal, cosine", race => Product(race, StrategyKind.Anneal, schedule: TemperatureSchedule.Cosine)),
        ("anneal, step", race => Product(race, StrategyKind.Anneal, schedule: TemperatureSchedule.Step)),
        ("NNCF", Nncf.Search),
        ("INC basic", IntelNeuralCompressor.Basic),
        ("INC mse_v2", IntelNeuralCompressor.MseV2),
        ("AIMET AMP", Aimet.Bisection),
        ("AIMET AMP, brute force", Aimet.BruteForce),
        ("ModelOpt", GradientPrograms.ModelOptimizer),
        ("Intel's time gain", GradientPrograms.TimeGain),
        ("YOLOv6", YoloV6.OnAll),
        ("YOLOv6, 128 images", YoloV6.OnFew),
    ];

    // Losses are corrected for the choice; those of the other tools decide as measured.
    private static void Product(Race race, StrategyKind kind, TemperatureSchedule? schedule = null) =>
        _ = ReplayedJob.Run(Spec(race, kind, schedule), race.Track.Space, race.Ask);

    private static void Compared(Race race, ComparisonStrategy kind) =>
        _ = ReplayedJob.Run(Spec(race, null, null), race.Track.Space, race.Ask, ComparisonStrategies.Of(kind));

    private static JobSpec Spec(Race race, StrategyKind? kind, TemperatureSchedule? schedule) => race.Track.Spec with
    {
        Options = race.Track.Spec.Options with { Strategy = kind, AnnealSchedule = schedule, Goal = race.Goal },
    };
}
