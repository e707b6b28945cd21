using System.Globalization;
using Cluster.Evaluation.Learning.FineTuning;
using Cluster.Grains.Contracts;
using Cluster.Silo.Api;

namespace Cluster.Bench.Ladder;

/// <summary>
/// Whether a step is carried on. Hundreds of labels do not tell neighbouring steps apart, KL to FP32 does: the mean of its change, image by
/// image, must be below 0 at 95 %, without a significant loss of top-1; or top-1 itself must have risen significantly.
/// What leaves the accepted drop of top-1 is never carried on from what keeps it: a job would refuse it.
/// </summary>
/// <param name="Reason">One sentence.</param>
internal sealed record LadderVerdict(bool Carried, string Reason)
{
    private const double Significance = 0.05;
    private const double NormalQuantile = 1.96; // two-sided 95 %

    /// <param name="fewest">Correct images of the accepted drop.</param>
    /// <param name="isChosen">Chosen already on other images: carried on unless it is significantly worse here.</param>
    public static LadderVerdict Of(LadderScore before, LadderScore after, double fewest, bool isChosen = false)
    {
        if (after.Parity is { Passed: false, Failure: { } failure })
        {
            return new LadderVerdict(false, $"the parity gate refuses the file: {failure}");
        }

        double[] changes = [.. after.Kl.Zip(before.Kl, (now, then) => now - then)];
        double mean = changes.Average();
        double half = NormalQuantile * Math.Sqrt(
            changes.Sum(change => (change - mean) * (change - mean)) / (changes.Length - 1) / changes.Length);
        var counts = PlanFineTuner.Compare(before.Runtime, after.Runtime);
        bool differs = counts.McNemarMidP < Significance;
        bool improves = differs ? counts.Gained > counts.Lost : isChosen ? mean - half <= 0 : mean + half < 0;
        bool leaves = before.Runtime.Correct >= fewest && after.Runtime.Correct < fewest;
        return new LadderVerdict(improves && !leaves, string.Create(
            CultureInfo.InvariantCulture,
            $"KL {mean:+0.00000;-0.00000;0} ± {half:0.00000}, +{counts.Gained} −{counts.Lost} images (p "
            + $"{counts.McNemarMidP:0.00}){(leaves ? ", leaves the accepted drop" : "")}"));
    }
}
