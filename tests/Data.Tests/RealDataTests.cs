namespace Cluster.Data.Tests;

/// <summary>Reads the real data sets; counts, sums and digests come from a Python script over the same files.</summary>
public class RealDataTests
{
    [Fact]
    public void Open_MnistTest_HasTheKnownCountsAndPythonsDigest()
    {
        ImageSet set = DataSource.Open($"idx:{SharedData.Require("mnist/t10k-images-idx3-ubyte.gz")}");

        (set.Count, set.Channels, set.Height, set.Width).ShouldBe((10_000, 1, 28, 28));
        CountLabels(set).ShouldBe([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
        Sum(set.ReadPixels(0)).ShouldBe(18454);
        set.Digest.ShouldBe("7cb071da792653494ddea75a88f430197968b31543655cde1044f2ec3a9aff67");
    }

    [Fact]
    public void Open_Cifar10First761_HasTheKnownContent()
    {
        ImageSet set = DataSource.Open($"cifar10:{SharedData.Require("cifar10/test_batch.first761.bin.gz")}");

        set.Count.ShouldBe(761);
        CountLabels(set).ShouldBe([74, 62, 77, 75, 67, 73, 88, 72, 83, 90]);
        Samples.Labels(set)[..10].ShouldBe([3, 8, 8, 0, 6, 6, 1, 6, 3, 1]);
        Enumerable.Range(0, set.Count).Sum(i => (long)Sum(set.ReadPixels(i))).ShouldBe(287143704);
        set.Digest.ShouldBe("836f8834001f9ddb84f393d165efb4809566a8cc5fd18b21b97fb9e5a0b83723");
    }

    private static int[] CountLabels(ImageSet set) =>
        [.. Enumerable.Range(0, 10).Select(label => Samples.Labels(set).Count(found => found == label))];

    private static int Sum(ReadOnlySpan<byte> pixels) => pixels.ToArray().Sum(pixel => pixel);
}
