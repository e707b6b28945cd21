namespace Cluster.Evaluation.Tests.Setup;

public sealed class CalibratorBasisTests
{
    [Theory]
    [InlineData(200, 32, 8, 50)]
    [InlineData(200, 4, 4, 50)]
    [InlineData(600, 32, 8, 64)]
    public void Images_AreCutIntoSmallBatches(int calibration, int batch, int expectedBatch, int expectedImages)
    {
        byte[] pixels = new byte[16 * calibration];
        new Random(11).NextBytes(pixels);
        using var sample = new Sample(Sample.SmallGraph(), pixels, new byte[16 * 3], [0, 1, 2]);

        var images = Basis(sample.Calibration with { BatchSize = batch }).Images;

        (images.Images.Count, images.BatchSize).ShouldBe((expectedImages, expectedBatch));
        images.Count.ShouldBe((expectedImages + expectedBatch - 1) / expectedBatch);
    }

    [Fact]
    public void Images_AreThoseThatAreHeldBack()
    {
        byte[] pixels = new byte[16 * 120];
        new Random(12).NextBytes(pixels);
        using var sample = new Sample(Sample.SmallGraph(), pixels, new byte[16 * 3], [0, 1, 2]);

        var images = Basis(sample.Calibration).Images;

        int[] heldBack = [.. CalibratorBasis.HeldBack(sample.Calibration, seed: 3).Order()];
        Rows(images).ShouldBe(Rows(sample.Calibration with { Images = sample.Calibration.Images.Select(heldBack) }), ignoreOrder: true);
    }

    private static CalibratorBasis Basis(ImageBatches calibration) =>
        new(calibration, seed: 3, (_, _) => throw new InvalidOperationException("No ranges are asked for."));

    // One text an image.
    private static string[] Rows(ImageBatches images) => [.. Enumerable.Range(0, images.Count)
        .SelectMany(batch => images.Pixels(batch).Chunk(16))
        .Select(row => string.Join(' ', row))];
}
