namespace Cluster.Kernels.Tests.Metrics.Detection;

/// <summary>COCO's rules that the random scenes do not have, by hand (pycocotools, cocoeval.py).</summary>
public sealed class CocoRulesTests
{
    private static readonly BoundingBox Box = new(0, 0, 10, 10);

    // A second detection of one object is wrong, in a crowd it is neither.
    [Theory]
    [InlineData(false, 0.5)]
    [InlineData(true, 1)]
    public void Losses_MoreDetectionsOfOneClass_AreIgnoredInACrowd(bool hasCrowd, double expected)
    {
        LabelledBox[] labels = hasCrowd
            ? [new(Far(0), 0), new(new BoundingBox(0, 0, 30, 30), 0) { IsCrowd = true }]
            : [new(Far(0), 0)];
        DetectedBox[] found = [new(Box, 0, 0.9f), new(Far(0), 0, 0.8f)];

        Precision([found], [labels]).ShouldBe(expected, 1e-6);
    }

    [Fact]
    public void Losses_OnlyCrowds_AreNoClass() =>
        Precision([[new(Box, 1, 0.9f)]], [[new(Box, 0) { IsCrowd = true }]]).ShouldBe(1);

    [Theory]
    [InlineData(99, 1)] // right as the hundredth: precision 1 / 100 at every recall
    [InlineData(100, 0)]
    public void Losses_BehindAHundredOfItsClass_AreNotFound(int wrong, int isSeen)
    {
        DetectedBox[] found = [.. Enumerable.Range(1, wrong).Select(i => new DetectedBox(Far(i), 0, 0.9f)), new(Box, 0, 0.5f)];

        Precision([found], [[new(Box, 0)]]).ShouldBe(isSeen / 100.0, 1e-6);
    }

    [Fact]
    public void Losses_PrecisionAtTheFiveRecallsOfTwoObjects_IsTheMeanOfOneHundredAndOne()
    {
        // One of two is found first, then a wrong one, then the other: 51 recalls at 1, 50 at 2/3; IoU 0.81 counts up to 0.8.
        DetectedBox[] found = [new(new BoundingBox(0, 0, 9, 9), 0, 0.9f), new(Far(1), 0, 0.8f), new(Far(0), 0, 0.7f)];
        LabelledBox[] labels = [new(Box, 0), new(Far(0), 0)];
        double both = (51 + (50 * 2 / 3.0)) / 101;
        double one = 51 / 3.0 / 101; // only the third is right

        Precision([found], [labels]).ShouldBe(both, 1e-6);
        (1 - MeanAveragePrecision.Losses([found], [labels], MeanAveragePrecision.HalfToAll)[0])
            .ShouldBe((float)((7 * both) + (3 * one)) / 10, 1e-6f);
    }

    [Fact]
    public void Losses_PerfectOrInAnotherOrder_AreNoneOrTheSame() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(),
        seed =>
        {
            var random = new Random(seed);
            LabelledBox[][] labels = [.. Enumerable.Range(0, 4).Select(_ => Enumerable.Range(0, random.Next(4))
                .Select(_ => new LabelledBox(Some(random), random.Next(2))).DistinctBy(label => label.Box).ToArray())];
            DetectedBox[][] found = [.. labels.Select(boxes => boxes
                .Select(label => new DetectedBox(label.Box, label.Class, random.NextSingle()))
                .OrderByDescending(box => box.Score).ToArray())];
            DetectedBox[][] moved = [.. found.Select(boxes => boxes.Select(box => box with { Box = Some(random) }).ToArray())];

            return Math.Abs(Precision(found, labels) - 1) < 1e-6
                && Math.Abs(Precision(moved, labels) - Precision([.. moved.Reverse()], [.. labels.Reverse()])) < 1e-6;
        }).QuickCheckThrowOnFailure();

    private static double Precision(DetectedBox[][] found, LabelledBox[][] labels) =>
        1 - MeanAveragePrecision.Losses(found, labels, MeanAveragePrecision.Half).Average(loss => (double)loss);

    private static BoundingBox Far(int i) => new(100 + (20 * i), 0, 110 + (20 * i), 10);

    private static BoundingBox Some(Random random) =>
        new BoundingBox(random.Next(8), random.Next(8), 0, 0) is var corner
            ? corner with { Right = corner.Left + 1 + random.Next(8), Bottom = corner.Top + 1 + random.Next(8) }
            : default;
}
