using Cluster.Reproductions.Paddle;

namespace Cluster.Cli.Tests.Reproductions;

public sealed class PaddleThresholdTests
{
    [Fact]
    public void Shares_EndBeforeOne()
    {
        double[] shares = [.. PaddleThreshold.Shares()];

        shares.Length.ShouldBe(35);
        shares[0].ShouldBe(0.3);
        shares[^1].ShouldBe(0.98, 1e-9);
    }

    // Everything but the largest value is 0, which every share keeps: what is clipped off decides, least at 0.98.
    [Fact]
    public void Add_OneValueAboveZero_IsClippedLeast()
    {
        var threshold = new PaddleThreshold(PaddleLoss.MeanSquaredError);

        threshold.Add([0, 0, 0, 2]);

        threshold.Value.ShouldBe(1.96f, 1e-5f);
    }

    // Many values below one that is far above them: what the large one loses is weighed against the others' rounding.
    [Fact]
    public void Add_SmallValuesAndOneLarge_IsTheLeastOfAllSharesCountedOneByOne()
    {
        float[] values = [.. Enumerable.Range(0, 1000).Select(i => 0.0037f * (i % 11)), 1];
        foreach (var loss in Enum.GetValues<PaddleLoss>())
        {
            var threshold = new PaddleThreshold(loss);

            threshold.Add(values);

            threshold.Value.ShouldBe(Best(values, loss), $"{loss}");
        }
    }

    // The second batch is all zeros: any share loses nothing, so it decides, whatever the first one needs.
    [Fact]
    public void Add_ABatchWithoutLoss_Decides()
    {
        var threshold = new PaddleThreshold(PaddleLoss.MeanSquaredError);

        threshold.Add([-3, 1, 2]);
        threshold.Add([0, 0]);

        threshold.Value.ShouldBe(0.98e-8f, 1e-13f);
    }

    // Symmetric clipping leaves the mean alone: the spread is what is lost, least at 0.98.
    [Fact]
    public void Add_TwoEndsByEarthMover_LosesSpread()
    {
        var threshold = new PaddleThreshold(PaddleLoss.EarthMover);

        threshold.Add([-1, 1]);

        threshold.Value.ShouldBe(0.98f, 1e-5f);
    }

    // By the definitions, each moment of its own.
    private static float Best(float[] values, PaddleLoss loss)
    {
        var least = (Loss: double.PositiveInfinity, Threshold: 0f);
        foreach (double share in PaddleThreshold.Shares())
        {
            float threshold = (float)share;
            double[] seen = [.. values.Select(x => Math.Clamp(Math.Round(x / threshold * 127), -128, 127) * threshold / 127)];
            double found = loss == PaddleLoss.MeanSquaredError
                ? values.Zip(seen, (x, y) => (x - y) * (x - y)).Average()
                : Math.Abs(values.Average(x => (double)x) - seen.Average())
                    + Math.Abs(Deviation([.. values.Select(x => (double)x)]) - Deviation(seen));
            least = found <= least.Loss ? (found, threshold) : least;
        }

        return least.Threshold;
    }

    private static double Deviation(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Sum(x => (x - mean) * (x - mean)) / (values.Length - 1));
    }
}
