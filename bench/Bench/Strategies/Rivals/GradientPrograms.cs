using Cluster.Coordinator.Model;
using Cluster.Plans;

namespace Cluster.Bench.Strategies.Rivals;

/// <summary>
/// Tools that score all groups by one gradient of the loss an image, and leave the choice to an integer program. Both scores are quadratic
/// forms of Fisher's information, as the divergence is in second order, so the divergence of each group alone stands for them. Users choose
/// the budget: here by bisection, with a look on all images at each. Spaces keep no images but the evaluation set's, so scoring takes some
/// of those.
/// </summary>
internal static class GradientPrograms
{
    // Model Optimizer's default number of steps, of one image each; the paper takes "a small calibration dataset".
    private const int ScoringImages = 128;

    /// <summary>NVIDIA Model Optimizer's `auto_quantize`: the least sum of scores within a budget of bits a weight.</summary>
    public static void ModelOptimizer(Race race) => Solve(race, [.. race.Track.Space.Groups.Select(group => (double)group.Parameters)]);

    /// <summary>
    /// Markovich-Golan et al. 2025 (Intel, arXiv:2505.13060): the largest gain of time within a budget of scores. Gains are measured for
    /// each sequential sub-graph and added; in a chain that is each group alone, its conversions included.
    /// </summary>
    public static void TimeGain(Race race) =>
        Solve(race, [.. RivalPlans.Groups(race).Select(group => 1 - 1 / race.Track.SpeedUp(RivalPlans.Quantized(race, group)))]);

    private static void Solve(Race race, double[] gains)
    {
        if (race.Look(race.Track.Start) > race.Bound)
        {
            var images = ImageScope.Subset(ScoringImages, SplitMix64.Derive(race.Track.Spec.Options.Seed, "gradients"));
            var losses = race.Gradients([.. RivalPlans.Groups(race).Select(group => RivalPlans.Quantized(race, group))], images);
            RivalPlans.Bisect(race, RivalPlans.Solutions(race, gains, losses));
        }
    }
}
