using System.Globalization;
using Cluster.Bench.Spaces;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Search.Decisions;
using Cluster.Coordinator.Statistics;

namespace Cluster.Bench.Outcomes;

/// <summary>
/// Jobs on recorded answers. Each draws images without replacement, a bound and seven plans, and looks at the plans from the most divergent
/// to the least, about as a search comes from fast to slow; the first that a rule calls accurate enough is its winner. All recorded images
/// are the truth.
/// </summary>
internal static class OutcomeTrials
{
    public const string Header = "| images | rule | accepted | wrongly, of all jobs | speed kept |\n|---|---|---|---|---|";

    private const int Looks = 7;

    // Plans that lose more than this many times the bound are no question.
    private const double MostOfBound = 6;

    private static readonly double[] Bounds = [0.0025, 0.005, 0.01];

    /// <summary>The measured drop alone, and the product's default.</summary>
    public static IReadOnlyList<string> Rules { get; } = ["measured", "default"];

    /// <summary>A row of the table; of the speed kept, a step slower than the first right plan costs one of its places.</summary>
    public static string Row(RecordedOutcomes recorded, int images, int jobs, string rule)
    {
        double[] truths = [.. recorded.Plans.Select(recorded.TrueDrop)];
        double[] divergences = [.. recorded.Plans.Select(plan => plan.Kl.Average())];
        var (accepted, wrongly, kept, possible) = (0, 0, 0.0, 0.0);
        for (int job = 0; job < jobs; job++)
        {
            var random = new Random(job);
            double bound = Bounds[random.Next(Bounds.Length)];
            int[] sample = [.. Shuffled(recorded.Labels.Count, random).Take(images)];
            int[] plans =
            [
                .. Shuffled(truths.Length, random).Where(plan => divergences[plan] > 0 && truths[plan] < MostOfBound * bound)
                    .Take(Looks)
                    .OrderByDescending(plan => divergences[plan] * Math.Exp(random.NextDouble() - 0.5)),
            ];
            int right = Array.FindIndex(plans, plan => truths[plan] <= bound);
            int winner = Accepted(recorded, sample, plans, bound, rule);
            bool isWrong = winner >= 0 && truths[plans[winner]] > bound;
            (accepted, wrongly) = (accepted + (winner >= 0 ? 1 : 0), wrongly + (isWrong ? 1 : 0));
            possible += right < 0 ? 0 : plans.Length - right;
            kept += winner < 0 || isWrong ? 0 : plans.Length - winner;
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {images} | {rule} | {100.0 * accepted / jobs:0.0} % | {100.0 * wrongly / jobs:0.0} % | {kept / possible:0.000} |");
    }

    private static int Accepted(RecordedOutcomes recorded, int[] sample, int[] plans, double bound, string rule)
    {
        int[] labels = [.. sample.Select(image => recorded.Labels[image])];
        var exact = recorded.Float32.On(sample);
        var float32 = exact.On(ImageScope.Full, "fp32", exact, labels);
        var correction = new DropCorrection(new JobOptions { MaxDrop = bound });
        correction.Begin(float32);
        for (int look = 0; look < plans.Length; look++)
        {
            var result = recorded.Plans[plans[look]].On(sample).On(ImageScope.Full, $"{plans[look]}", exact, labels);
            correction.Add(float32, result, result.Kl);
            var counts = PairedDrop.Of(float32, result, ImageScope.Full);
            if (rule == "measured" ? counts.Drop <= bound : correction.IsFeasible(counts, result.Kl))
            {
                return look;
            }
        }

        return -1;
    }

    private static int[] Shuffled(int count, Random random)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        random.Shuffle(order);
        return order;
    }
}
