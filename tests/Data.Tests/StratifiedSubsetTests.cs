using Cluster.DataSpecs.Models;

namespace Cluster.Data.Tests;

public sealed class StratifiedSubsetTests
{
    private const int Size = 12;

    // 40 images of label 0, 30 of 1, 20 of 2, 10 of 3, sorted by label as folders of classes are.
    private static readonly ImageSet Sorted = Images(
        Enumerable.Range(0, 4).SelectMany(label => Enumerable.Repeat(label, 40 - (10 * label))));

    private static readonly ImageSet Shuffled = Sorted.Select(SeededPermutation.Of(Sorted.Count, 5));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    [InlineData(100)]
    [InlineData(1000)]
    public void Of_SortedAndShuffledList_IsTheSameSetByDigest(int count)
    {
        var subset = StratifiedSubset.Of(Sorted, count, seed: 3);

        subset.Count.ShouldBe(Math.Min(count, 100));
        StratifiedSubset.Of(Shuffled, count, seed: 3).Digest.ShouldBe(subset.Digest);
    }

    [Fact]
    public void Of_AnotherSeed_IsAnotherSet() =>
        StratifiedSubset.Of(Sorted, 20, seed: 4).Digest.ShouldNotBe(StratifiedSubset.Of(Sorted, 20, seed: 3).Digest);

    [Theory]
    [InlineData(10, new[] { 4, 3, 2, 1 })]
    [InlineData(50, new[] { 20, 15, 10, 5 })]
    [InlineData(25, null)] // 10, 7.5, 5, 2.5: one of two has the image that is left
    public void Of_LabelledImages_KeepsTheSharesOfTheLabels(int count, int[]? expected)
    {
        var subset = StratifiedSubset.Of(Sorted, count, seed: 3);

        int[] counts = Counts(subset);
        counts.Sum().ShouldBe(count);
        if (expected is not null)
        {
            counts.ShouldBe(expected);
        }

        for (int label = 0; label < 4; label++)
        {
            ((double)counts[label]).ShouldBe(count * (40 - (10 * label)) / 100.0, 0.51);
        }
    }

    [Fact]
    public void Of_MoreLabelsThanImages_DrawsLabelsToo()
    {
        var classes = Images(Enumerable.Range(0, 64));

        int[] drawn = [.. Enumerable.Range(0, 16).Select(StratifiedSubset.Of(classes, 16, seed: 1).Label)];

        drawn.Distinct().Count().ShouldBe(16);
        drawn.Average().ShouldBe(31.5, 12, "not the first labels");
    }

    [Fact]
    public void Of_UnlabelledImages_IsASample()
    {
        var plain = Images(Enumerable.Repeat(ImageRef.Unlabelled, 60));

        StratifiedSubset.Positions(plain, 30, seed: 1).Distinct().Count().ShouldBe(30);
        StratifiedSubset.Positions(plain, 30, seed: 1).Max().ShouldBeGreaterThan(30);
    }

    [Fact]
    public void WithLast_AnyList_EndsInTheSubsetAndHoldsEveryImage()
    {
        var all = StratifiedSubset.WithLast(Shuffled, 25, seed: 3);

        all.Digest.ShouldBe(StratifiedSubset.WithLast(Sorted, 25, seed: 3).Digest);
        all.Select([.. Enumerable.Range(75, 25)]).Digest.ShouldBe(StratifiedSubset.Of(Sorted, 25, seed: 3).Digest);
        Counts(all).ShouldBe([40, 30, 20, 10]);
        all.CountShared(Sorted).ShouldBe(100);
    }

    private static int[] Counts(ImageSet images) =>
        [.. Enumerable.Range(0, 4).Select(label => Enumerable.Range(0, images.Count).Count(image => images.Label(image) == label))];

    private static ImageSet Images(IEnumerable<int> labels)
    {
        int[] all = [.. labels];
        byte[] pixels = new byte[all.Length * Size];
        new Random(1).NextBytes(pixels);
        var block = SpillSpace.Memory.Keep(pixels);
        return new ImageSet("images", 3, 2, 2, [.. all.Select((label, i) => new ImageRef(block, i * Size, label))]);
    }
}
