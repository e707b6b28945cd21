namespace Cluster.Kernels.Tests.Metrics;

public sealed class MeanIouTests
{
    [Fact]
    public void Losses_TwoImages_AreWhatAHandComputes()
    {
        // Class 0: 2 of 5 pixels in either, class 1: 1 of 3; class 2 occurs in no mask, and the pixel of -1 is not judged.
        float[] losses = Losses(3, ([0, 0, 1, 0], [0, 1, 1, -1]), ([0, 2, 0], [0, 0, 1]));

        losses.Average(loss => (double)loss).ShouldBe(1 - (((2 / 5.0) + (1 / 3.0)) / 2), 1e-6);
    }

    [Fact]
    public void Losses_OfAnImage_FollowItsInfluence()
    {
        // Both of one class: 3 of 4 pixels and 1 of 4 are right, so the influence is 2 (3 - 0.5 * 4) / 8 = 0.25.
        Losses(1, ([0, 0, 0, -1], [0, 0, 0, 0]), ([0, -1, -1, -1], [0, 0, 0, 0])).ShouldBe([0.25f, 0.75f], 1e-6);
    }

    [Fact]
    public void Losses_NothingJudged_AreNone() => Losses(2, ([0, 1], [-1, -1])).ShouldBe([0f]);

    [Fact]
    public void Losses_RandomImages_MeanWhatAConfusionMatrixSays() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(),
        seed =>
        {
            var random = new Random(seed);
            int[] Drawn() => [.. Enumerable.Range(0, 12).Select(_ => random.Next(3))];
            (int[], int[])[] images = [.. Enumerable.Range(0, 5).Select(_ => (Drawn(), Drawn()))];
            double[,] confusion = new double[3, 3];
            foreach (var (found, mask) in images)
            {
                for (int i = 0; i < mask.Length; i++)
                {
                    confusion[mask[i], found[i]]++;
                }
            }

            double[] each = [.. Enumerable.Range(0, 3).Select(kind => confusion[kind, kind]
                / Enumerable.Range(0, 3).Sum(other => confusion[kind, other] + (other == kind ? 0 : confusion[other, kind])))];
            double mean = Losses(3, images).Average(loss => (double)loss);

            return Math.Abs(1 - mean - each.Average()) < 1e-6
                && Math.Abs(mean - Losses(3, [.. images.Reverse()]).Average(loss => (double)loss)) < 1e-6
                && Losses(3, [.. images.Select(image => (image.Item2, image.Item2))]).All(loss => Math.Abs(loss) < 1e-6);
        }).QuickCheckThrowOnFailure();

    private static float[] Losses(int classes, params (int[] Found, int[] Mask)[] images) =>
        MeanIou.Losses(classes, images.Length, i => images[i]);
}
