namespace Cluster.Data.Tests;

/// <summary>A folder of pictures of their own sizes, for a network that leaves height and width free.</summary>
public sealed class SizedImagesTests : IDisposable
{
    private static readonly Preprocess Halves = PreprocessJson.Parse(
        """{"layout": "NCHW", "color": "GRAY", "scale": 0.5, "mean": [0], "std": [1]}""", "test");

    private readonly WorkFolder _folder = new();

    public SizedImagesTests()
    {
        _folder.Write("d/a.png", Samples.Png(2, 1, [2, 4]));
        _folder.Write("d/b.png", Samples.Png(1, 3, [6, 8, 10]));
        _folder.Write("d/c.png", Samples.Png(2, 1, [12, 14]));
        _folder.Write("d/d.png", Samples.Png(1, 2, [2, 4]));
        _folder.Write("d/l.csv", "file,label\nb.png,1\na.png,0\nd.png,2\nc.png,3\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_OfTheListsOrder_IsEachInItsOwnSize()
    {
        var set = Bound("folder:d,labels=l.csv");

        (set.Count, set.HasSeveralShapes, set.MaxLabel).ShouldBe((4, true, 3));
        Samples.Labels(set).ShouldBe([1, 0, 2, 3]);
        set.Shapes.Select(shape => (shape.Shape, shape.Count, string.Join(',', shape.Places)))
            .ShouldBe([("x 1x1x2", 2, "1,3"), ("x 1x3x1", 1, "0"), ("x 1x2x1", 1, "2")], "the network's own first");
        Read(set, 0, 1).ShouldBe("1,1,3,1: 3,4,5");
        Read(set, 2, 1).ShouldBe("1,1,2,1: 1,2");
        var wide = set.Select([1, 3]);
        wide.HasSeveralShapes.ShouldBeFalse();
        Read(wide, 0, 2).ShouldBe("2,1,1,2: 1,2,6,7");
        Enumerable.Range(0, 4).Select(set.FileOf).ShouldBe(["b.png", "a.png", "d.png", "c.png"]);
    }

    [Fact]
    public void Read_ChannelsLast_HasThemThere()
    {
        var last = new Preprocess(PixelColor.Gray, 1, [0], [1], layout: PixelLayout.Nhwc);
        var input = new ValueInfo("x", ElementType.Float, [-1, 1, 2, 1]) { FreeAxes = [1, 2] };

        var set = DataSource.OpenSamples($"folder:{_folder["d"]}", preprocess: last).For([input], last);

        set.Shapes.Select(shape => shape.Shape).ShouldBe(["x 1x2x1", "x 3x1x1", "x 2x1x1"]);
        set.Read(1, 1, last)[0].Shape.ShouldBe([1, 3, 1, 1]);
    }

    // The pixels of a.png and d.png are the same.
    [Fact]
    public void Digest_SamePixelsInAnotherSize_IsAnother()
    {
        var set = Bound("folder:d");

        set.WithoutCopies().ShouldBe([0, 1, 2, 3]);
        set.Select([0, 1]).Digest.ShouldNotBe(set.Select([3, 1]).Digest);
        set.Select([0, 1]).CountShared(set.Select([1, 3])).ShouldBe(1);
        Bound("folder:d,labels=l.csv").WithoutLabels().Select([1, 0, 3, 2]).Digest.ShouldBe(set.Digest);
    }

    [Fact]
    public void Open_WhereOneSizeIsNeeded_SaysWhich()
    {
        const string Sentence = "The image 'b.png' is 1x3 but 'a.png' is 2x1 (width x height); bring the images of '";
        string spec = $"folder:{_folder["d"]}";

        Should.Throw<KernelException>(() => DataSource.Open(spec)).Message.ShouldStartWith(Sentence);
        Should.Throw<KernelException>(() => DataSource.OpenSamples(spec).For([Input([])], Halves)).Message.ShouldStartWith(Sentence);
        Should.Throw<KernelException>(() => Bound("folder:d").WithBoxes()).Message.ShouldStartWith(Sentence);
    }

    private static ValueInfo Input(int[] free) => new("x", ElementType.Float, [-1, 1, 1, 2]) { FreeAxes = free };

    private static string Read(SampleSet set, int start, int count) => set.Read(start, count, Halves)[0] is var tensor
        ? $"{string.Join(',', tensor.Shape)}: {string.Join(',', tensor.As<float>().ToArray())}"
        : string.Empty;

    private SampleSet Bound(string spec) =>
        DataSource.OpenSamples(spec.Replace("folder:d", $"folder:{_folder["d"]}", StringComparison.Ordinal)).For([Input([2, 3])], Halves);
}
