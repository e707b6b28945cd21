namespace Cluster.Kernels.Tests.Metrics.Detection;

public sealed class AveragePrecisionTests
{
    [Fact]
    public void Of_RightWrongRight_IsWhatAHandComputes()
    {
        // Precisions 1, 1/2, 2/3 at recalls 1/2, 1/2, 1; the best from each place on 1, 2/3, 2/3.
        var found = AveragePrecision.Of([(0, true), (2, false), (1, true)], [1, 1, 0]);

        found.Value.ShouldBe((51 + (50 * 2 / 3.0)) / 101, 1e-12);
        found.Influences[0].ShouldBe(5 / 12.0, 1e-12);
        found.Influences[1].ShouldBe(-1 / 12.0, 1e-12);
        found.Influences[2].ShouldBe(-1 / 3.0, 1e-12);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void Of_AllRightOrAllWrong_IsOneOrNothing(bool right, double expected)
    {
        var found = AveragePrecision.Of([(0, right), (1, right)], [1, 1]);

        found.Value.ShouldBe(expected);
        found.Influences.ShouldBe([0, 0], 1e-12);
    }

    [Fact]
    public void Of_NothingFound_IsNothing()
    {
        var found = AveragePrecision.Of([], [2, 0]);

        found.Value.ShouldBe(0);
        found.Influences.ShouldBe([0, 0]);
    }

    [Fact]
    public void Influences_OfManyImages_GiveTheStandardErrorOfTheBootstrap()
    {
        const int Images = 200;
        const int Samples = 400;
        var random = new Random(1);
        var (ranked, objects) = Simulated(Images, random);
        var found = AveragePrecision.Of(ranked, objects);
        double[] resampled = [.. Enumerable.Range(0, Samples).Select(_ => Resampled(ranked, objects, random))];

        double bootstrap = Deviation(resampled);
        double error = Deviation(found.Influences) / Math.Sqrt(Images);

        found.Influences.Sum().ShouldBe(0, 1e-9);
        (error / bootstrap).ShouldBeInRange(0.8, 1.25);
    }

    // Objects of which four in five are found, and wrong detections that are less sure on average.
    private static ((int Image, bool Right)[] Ranked, int[] Objects) Simulated(int images, Random random)
    {
        int[] objects = [.. Enumerable.Range(0, images).Select(_ => random.Next(0, 4))];
        var detections = new List<(double Score, int Image, bool Right)>();
        for (int image = 0; image < images; image++)
        {
            // Images differ in how hard they are, as real ones do.
            double ease = random.NextDouble();
            for (int i = 0; i < objects[image]; i++)
            {
                if (random.NextDouble() < 0.6 + (0.4 * ease))
                {
                    detections.Add((random.NextDouble() + (0.5 * ease), image, true));
                }
            }

            for (int i = random.Next(0, 3); i > 0; i--)
            {
                detections.Add((random.NextDouble(), image, false));
            }
        }

        return ([.. detections.OrderByDescending(found => found.Score).Select(found => (found.Image, found.Right))], objects);
    }

    private static double Resampled((int Image, bool Right)[] ranked, int[] objects, Random random)
    {
        int[] times = new int[objects.Length];
        for (int i = 0; i < times.Length; i++)
        {
            times[random.Next(times.Length)]++;
        }

        return AveragePrecision.Of(
            [.. ranked.SelectMany(found => Enumerable.Repeat(found, times[found.Image]))],
            [.. objects.Select((count, image) => count * times[image])]).Value;
    }

    private static double Deviation(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }
}
