namespace Cluster.Data.Tests;

public sealed class ImageSetTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FillBatch_TwoChannelsOfLayout_MatchesTheFormula()
    {
        _folder.Write("c", Samples.Cifar(4));
        ImageSet set = Samples.Open(_folder, "cifar10:c");
        Preprocess preprocess = new(PixelColor.Rgb, 0.5, [1, 2, 3], [4, 5, 6]);
        float[] batch = new float[2 * 3072];

        set.FillBatch(1, 2, preprocess, batch);

        double[] mean = [1, 2, 3];
        double[] std = [4, 5, 6];
        for (int i = 0; i < batch.Length; i++)
        {
            int image = 1 + (i / 3072);
            int pixel = (byte)(image + (i % 3072));
            int channel = i % 3072 / 1024;
            batch[i].ShouldBe((float)(((pixel * 0.5) - mean[channel]) / std[channel]));
        }
    }

    [Fact]
    public void FillBatch_WrongColourOrRange_IsRefused()
    {
        ImageSet set = Grey();
        Preprocess rgb = new(PixelColor.Rgb, 1, [0, 0, 0], [1, 1, 1]);
        Preprocess gray = new(PixelColor.Gray, 1, [0], [1]);

        Should.Throw<KernelException>(() => set.FillBatch(0, 1, rgb, new float[6]))
            .Message.ShouldContain("are GRAY (1 channel) but the preprocessing is for RGB (3 channels)");
        Should.Throw<ArgumentOutOfRangeException>(() => set.FillBatch(1, 2, gray, new float[12]));
        Should.Throw<ArgumentOutOfRangeException>(() => set.FillBatch(0, 1, gray, new float[7]));
    }

    [Fact]
    public void Select_Indices_IsAViewInThatOrder()
    {
        ImageSet view = Grey().Select([1, 0, 1]);

        view.Count.ShouldBe(3);
        Samples.Labels(view).ShouldBe([2, 7, 2]);
        view.ReadPixels(2).ToArray().ShouldBe([10, 11, 12, 13, 14, 15]);
        view.Select([1]).Digest.ShouldBe(Grey().Select([0]).Digest);
        Should.Throw<KernelException>(() => view.Select([])).Message.ShouldContain("No image of");
    }

    [Fact]
    public void CountShared_OverlappingSets_CountsEqualPixels()
    {
        _folder.Write("c", Samples.Cifar(10));
        ImageSet first = Samples.Open(_folder, "cifar10:c@0..6");
        ImageSet second = Samples.Open(_folder, "cifar10:c@4..10");

        first.CountShared(second).ShouldBe(2);
        second.CountShared(first).ShouldBe(2);
        first.CountShared(first).ShouldBe(6);
        first.CountShared(Samples.Open(_folder, "cifar10:c@6..")).ShouldBe(0);
        first.CountShared(Grey()).ShouldBe(0);
    }

    [Fact]
    public void RequireClasses_LabelTooLarge_NamesImageAndLabel()
    {
        ImageSet set = Grey();

        Should.NotThrow(() => set.RequireClasses(8));
        Should.Throw<KernelException>(() => set.RequireClasses(7))
            .Message.ShouldContain("Image 0 of 'idx:g-images' has the label 7 but the model has 7 classes, 0..6");
    }

    [Fact]
    public void RequireInput_OtherShape_SaysBoth()
    {
        ImageSet set = Grey();

        Should.NotThrow(() => set.RequireInput(1, 2, 3));
        Should.NotThrow(() => set.RequireInput(-1, -1, -1));
        Should.Throw<KernelException>(() => set.RequireInput(3, 224, -1))
            .Message.ShouldContain("are 1x2x3 but the model's input is 3x224x?");
    }

    [Fact]
    public void For_ChannelsLast_GivesSamplesInThatOrder()
    {
        ImageSet set = Grey();
        var preprocess = new Preprocess(PixelColor.Gray, 1, [0], [1], layout: PixelLayout.Nhwc);

        var bound = set.For([new ValueInfo("x", ElementType.Float, [-1, 2, 3, 1])], preprocess);

        bound.Read(0, 2, preprocess)[0].Shape.ShouldBe([2, 2, 3, 1]);
        set.ShapesFor("x", isOnly: true, preprocess)[0].ShouldBe([2L, 3, 1]);
        Should.Throw<KernelException>(() => set.For([new ValueInfo("x", ElementType.Float, [-1, 4, 4, 1])], preprocess))
            .Message.ShouldContain("are 2x3x1 but the model's input is 4x4x1 (height x width x channels)");
        Should.Throw<KernelException>(() => set.For([new ValueInfo("x", ElementType.Float, [-1, 1, 2, 8])], preprocess))
            .Message.ShouldContain("channels first (NCHW), where the preprocessing file says channels last");
    }

    private ImageSet Grey()
    {
        _folder.Write("g-images", Samples.IdxImages);
        _folder.Write("g-labels", Samples.IdxLabels);
        return Samples.Open(_folder, "idx:g-images");
    }
}
