using Cluster.DataSpecs;
using Cluster.Kernels.Data;
using Cluster.Tests;

namespace Cluster.Kernels.Tests.Data;

/// <summary>Reads the real data sets; counts, sums and digests come from a Python script over the same files.</summary>
public class RealDataTests
{
    [Theory]
    [InlineData("train", new[] { 5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949 }, 27525)]
    [InlineData("t10k", new[] { 980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009 }, 18454)]
    public void Open_Mnist_HasTheKnownCounts(string name, int[] labelCounts, int firstImageSum)
    {
        ImageSet set = DataSource.Open($"idx:{SharedData.Require($"mnist/{name}-images-idx3-ubyte.gz")}");

        (set.Channels, set.Height, set.Width).ShouldBe((1, 28, 28));
        set.Count.ShouldBe(labelCounts.Sum());
        CountLabels(set).ShouldBe(labelCounts);
        Sum(set.ReadPixels(0)).ShouldBe(firstImageSum);
        set.RequireClasses(10);
    }

    [Fact]
    public void Digest_MnistTest_EqualsPythons() =>
        DataSource.Open($"idx:{SharedData.Require("mnist/t10k-images-idx3-ubyte.gz")}")
            .Digest.ShouldBe("7cb071da792653494ddea75a88f430197968b31543655cde1044f2ec3a9aff67");

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

    [Fact]
    public void CountShared_Cifar10TrainingAndTest_FindsNone()
    {
        ImageSet training = DataSource.Open(
            $"cifar10:{SharedData.Require("cifar10/data_batch_1.first4000.bin.gz")}@0..512"
            + $"+cifar10:{SharedData.Require("cifar10/data_batch_2.first761.bin.gz")}@-100..");
        ImageSet test = DataSource.Open($"cifar10:{SharedData.Require("cifar10/test_batch.first761.bin.gz")}");

        training.Count.ShouldBe(612);
        training.CountShared(test).ShouldBe(0);
    }

    [Theory]
    [InlineData("calibration200.csv", 200)]
    [InlineData("evaluation800.csv", 800)]
    [InlineData("labels.csv", 1000)]
    public void Find_ImageNetLists_NameFilesThatExist(string csv, int count)
    {
        string folder = SharedData.Require("imagenet-sample");

        IReadOnlyList<ListedImage> inside =
            FolderListing.Of(
                DataSource.Parse($"folder:{folder}/jpeg224,labels={csv}").Parts[0], Path.GetTempPath(), DataAccess.Anywhere).Images;
        IReadOnlyList<ListedImage> above =
            FolderListing.Of(DataSource.Parse($"folder:{folder},labels={csv}").Parts[0], Path.GetTempPath(), DataAccess.Anywhere).Images;

        inside.Count.ShouldBe(count);
        above.ShouldBe(inside);
        inside.ShouldAllBe(file => Path.GetFileName(file.Path).StartsWith($"{file.Label:d4}_", StringComparison.Ordinal));
    }

    private static int[] CountLabels(ImageSet set)
    {
        int[] counts = new int[10];
        foreach (int label in Samples.Labels(set))
        {
            counts[label]++;
        }

        return counts;
    }

    private static int Sum(ReadOnlySpan<byte> pixels)
    {
        int sum = 0;
        foreach (byte pixel in pixels)
        {
            sum += pixel;
        }

        return sum;
    }
}
