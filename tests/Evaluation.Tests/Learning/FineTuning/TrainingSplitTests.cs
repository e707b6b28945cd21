using Cluster.Evaluation.Learning.FineTuning;

namespace Cluster.Evaluation.Tests.Learning.FineTuning;

public sealed class TrainingSplitTests
{
    [Fact]
    public void Of_HundredImages_KeepsOneInTwentyAside()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root, images: 100);

        var split = Split(folder, 1);

        (split.Training.Images.Count, split.Validation.Images.Count).ShouldBe((95, 5));
        split.Training.Images.CountShared(split.Validation.Images).ShouldBe(0);
        split.Training.BatchSize.ShouldBe(8);
    }

    [Fact]
    public void Of_SameSeed_IsTheSameSplit()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root, images: 100);

        Split(folder, 1).Validation.Images.Digest.ShouldBe(Split(folder, 1).Validation.Images.Digest);
        Split(folder, 2).Validation.Images.Digest.ShouldNotBe(Split(folder, 1).Validation.Images.Digest);
    }

    [Fact]
    public void Of_OneImage_IsRefused()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root, images: 1);

        Should.Throw<KernelException>(() => Split(folder, 1)).Message.ShouldContain("at least 2");
    }

    private static TrainingSplit Split(WorkFolder folder, long seed) => TrainingSplit.Of(
        DataSource.Open($"idx:{folder["images-idx3-ubyte"]}"),
        Preprocess.LoadFor(folder["tiny.onnx"]),
        NetworkFile.Open(folder["tiny.onnx"]),
        8,
        seed);
}
