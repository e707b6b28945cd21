namespace Cluster.Kernels.Tests.Calibration;

public sealed class FarImageTests
{
    [Theory]
    [InlineData(1000f, true)]
    [InlineData(-1e30f, true)]
    [InlineData(90f, false)]
    public void Among_OneImageBeyondAllOthers_IsNamedWithItsTensor(float value, bool isFar)
    {
        var statistics = new CalibrationStatistics();
        Fill(statistics, "x", [1, 0.5f, value, 1, 0.8f, 1]);
        Fill(statistics, "later", [1, 1, value, 1, 1, 1]);

        var far = FarImage.Among(statistics, ["absent", "x", "later"]);

        far.Select(image => (image.Image, image.Tensor, image.Magnitude, image.Times)).ShouldBe(
            isFar ? [(2, "x", Math.Abs(value), (double)Math.Abs(value))] : []);
    }

    [Fact]
    public void Among_ALongTailAndManyFarImages_AreNoOutliers()
    {
        var statistics = new CalibrationStatistics();
        Fill(statistics, "tail", [1, 1, 1, 5, 40, 150]);
        Fill(statistics, "half", [1, 1, 1000, 1000, 1, 1]);
        Fill(statistics, "few", [1, 1, 1000]);
        Fill(statistics, "mask", [0, 0, 0, 0, 1000]);

        FarImage.Among(statistics, statistics.Names).ShouldBeEmpty();
    }

    [Fact]
    public void Run_WithAFarImage_GivesTheStatisticsOfTheOthersAndSaysWhich()
    {
        using var folder = new WorkFolder();
        var graph = Nets.Group(new GraphBuilder(13, -1, 2).Floats("w", [2, 2], 1, 2, 3, 4).Node("Gemm", "x w", "y").Build());
        float[] values = [.. Enumerable.Range(0, 12).SelectMany(i => new[] { i / 12f, 1 })];
        values[14] = 1e30f;
        using var network = new FloatNetwork(graph);
        var images = Nets.Arrays(folder, graph.Graph, 5, ("x", TensorData.FromFloats([12, 2], values)));

        var statistics = Nets.Calibrate(network, images);

        statistics.LeftOut.ShouldHaveSingleItem().ShouldBe(new FarImage(7, "x", 1e30f, 1e30f));
        statistics.Unseen(12).ShouldBe([7]);
        statistics.Get("x").Max.ShouldBe(1);
        statistics.Get("x").Images.ShouldBe(11);
        images.Without(statistics.Unseen(12)).Images.Count.ShouldBe(11);
        var (all, fitted) = CalibrationPass.RunApart(network, images, new HashSet<int> { 1 }, 2, CancellationToken.None);
        all.ComputeDigest().ShouldBe(statistics.ComputeDigest());
        fitted.Unseen(12).ShouldBe([1, 7], ignoreOrder: true);
    }

    private static void Fill(CalibrationStatistics statistics, string tensor, float[] values)
    {
        foreach (float value in values)
        {
            statistics.GetOrAdd(tensor).Add([value, 0]);
        }
    }
}
