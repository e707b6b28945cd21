namespace Cluster.Data.Tests;

public sealed class SpilledImagesTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public SpilledImagesTests()
    {
        _folder.Write("t-images-idx3-ubyte", Samples.IdxImages);
        _folder.Write("t-labels-idx1-ubyte", Samples.IdxLabels);
        _folder.Write("c.bin", Samples.Cifar(2050));
        for (int i = 0; i < 20; i++)
        {
            _folder.Write($"d/{i:D2}.jpg", Samples.Picture((byte)(10 * i)));
        }
    }

    private string Spill => Path.Combine(_folder.Root, "spill");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("idx:t-images-idx3-ubyte", 0)]
    [InlineData("cifar10:c.bin", 0)]
    [InlineData("folder:d", 0)]
    [InlineData("folder:d", 50)]
    [InlineData("cifar10:c.bin@-3..+cifar10:c.bin@0..2", 10_000)]
    public void Open_BeyondTheLimit_SameImages(string spec, long bytes)
    {
        using var space = new SpillSpace(bytes, Spill);
        var expected = Samples.Open(_folder, spec);
        int[] backwards = [.. Enumerable.Range(0, expected.Count).Reverse()];

        var found = Open(spec, space);

        space.Spilled.ShouldBeGreaterThan(0);
        Directory.GetFileSystemEntries(Spill).ShouldBeEmpty(); // the file has no name
        found.Digest.ShouldBe(expected.Digest);
        found.CountShared(expected).ShouldBe(expected.Count);
        found.Select(backwards).Digest.ShouldBe(expected.Select(backwards).Digest);
        for (int i = 0; i < expected.Count; i++)
        {
            found.ReadPixels(i).SequenceEqual(expected.ReadPixels(i)).ShouldBeTrue();
        }
    }

    [Fact]
    public void Open_WithinTheLimit_NoFile()
    {
        using var space = new SpillSpace(20 * 6, Spill);

        Open("folder:d", space).Count.ShouldBe(20);

        space.Spilled.ShouldBe(0);
        Directory.Exists(Spill).ShouldBeFalse();
    }

    [Fact]
    public void FillBatch_FromManyThreads_SamePixels()
    {
        using var space = new SpillSpace(0, Spill);
        var preprocess = new Preprocess(PixelColor.Rgb, 1, [0, 0, 0], [1, 1, 1]);
        var expected = Samples.Open(_folder, "folder:d");
        var found = Open("folder:d", space);

        Parallel.For(0, 100, i =>
        {
            float[] from = new float[3 * 6];
            float[] right = new float[3 * 6];
            found.FillBatch(i % 18, 3, preprocess, from);
            expected.FillBatch(i % 18, 3, preprocess, right);
            from.ShouldBe(right);
        });
    }

    [Fact]
    public void ReadPixels_SpaceDisposed_Throws()
    {
        var space = new SpillSpace(0, Spill);
        var images = Open("folder:d", space);
        space.Dispose();

        Should.Throw<ObjectDisposedException>(() => images.ReadPixels(0).Length);
    }

    private ImageSet Open(string spec, SpillSpace space) =>
        DataSource.Open(DataSource.Parse(spec), Samples.Options(_folder.Root) with { Pixels = space });
}
