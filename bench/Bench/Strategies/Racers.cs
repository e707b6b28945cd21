using Cluster.Bench.Strategies.Rivals;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;

namespace Cluster.Bench.Strategies;

/// <summary>Who races: the product's strategies and other tools' orders.</summary>
internal static class Racers
{
    public static IReadOnlyList<(string Name, Action<Race> Search)> All { get; } =
    [
        .. Enum.GetValues<StrategyKind>().Select(
            kind => (kind.ToString().ToLowerInvariant(), (Action<Race>)(race => Product(race, kind)))),
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
    private static void Product(Race race, StrategyKind kind)
    {
        var options = race.Track.Spec.Options with { Strategy = kind, Goal = race.Goal };
        _ = ReplayedJob.Run(race.Track.Spec with { Options = options }, race.Track.Space, race.Ask);
    }
}
