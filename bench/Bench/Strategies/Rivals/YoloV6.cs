using Cluster.Coordinator.Model;
using Cluster.Plans;

namespace Cluster.Bench.Strategies.Rivals;

/// <summary>
/// YOLOv6's partial quantization: each group alone quantized and measured; then the most harmful ones reverted, one after the other, until
/// the drop is within the bound (there a user picks the place).
/// </summary>
internal static class YoloV6
{
    private const int FewImages = 128;

    /// <summary>Ranked on all images, as its script does; the 128 images that it draws are for calibration.</summary>
    public static void OnAll(Race race) => Search(race, plan => race.Look(plan));

    /// <summary>Ranked on 128 images.</summary>
    public static void OnFew(Race race)
    {
        var images = ImageScope.Subset(FewImages, SplitMix64.Derive(race.Track.Spec.Options.Seed, "yolov6")).Indices(race.Track.Images);
        Search(race, plan => -race.Right(plan, images));
    }

    private static void Search(Race race, Func<Plan, double> harm)
    {
        if (race.Look(race.Track.Start) > race.Bound)
        {
            RivalPlans.Accumulate(
                race, [.. RivalPlans.Groups(race).OrderByDescending(group => harm(RivalPlans.Quantized(race, group)))]);
        }
    }
}
