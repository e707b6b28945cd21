using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Statistics;
using Cluster.Data;
using Cluster.Data.Sources;
using Cluster.Plans;

namespace Cluster.Silo.Tests.Jobs;

public sealed class EvaluationSanityTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly ImageSet _images;

    public EvaluationSanityTests()
    {
        TinyNetwork.Write(_folder.Root);
        _images = DataSource.Open($"idx:{_folder["images-idx3-ubyte"]}");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Judge_FewerImagesThanTheBoundNeeds_SaysWhatTheyCanShow() =>
        EvaluationSanity.Judge(_images, new JobOptions()).ShouldHaveSingleItem().ShouldStartWith(
            "96 evaluation images detect drops above 3.71 points, and reject ");

    [Fact]
    public void Decides_AlreadyWarned_IsNotRepeated()
    {
        EvaluationSanity.Decides(_images.Count, new JobOptions()).ShouldBeNull();
        EvaluationSanity.Decides(_images.Count, new JobOptions { MaxDrop = 0.1 }).ShouldNotBeNull().ShouldStartWith("96 evaluation images");
        EvaluationSanity.Decides(_images.Count, new JobOptions { Metric = MetricKind.OutputKl }).ShouldBeNull();
    }

    [Theory]
    [InlineData(12, 6, false)]
    [InlineData(65, 26, true)]
    public void JudgeQuantized_ImagesThatWereSeenToChange_DecideWhetherThereAreEnough(int lost, int gained, bool isSaid) =>
        (EvaluationSanity.JudgeQuantized(new PairedCounts(lost, gained, 800), new JobOptions { MaxDrop = 0.016 })
            ?.Contains("(where quantization changes 11.4 % of the answers)", StringComparison.Ordinal) ?? false).ShouldBe(isSaid);

    [Fact]
    public void Judge_FewerImagesThanTheConfidenceNeeds_IsRefused() =>
        Should.Throw<JobException>(() => EvaluationSanity.Judge(_images, new JobOptions { Confidence = 0.95 }))
            .Message.ShouldContain("--confidence 95% would refuse even a plan that answers like FP32 on every image; leave it out");

    [Fact]
    public void Judge_BoundThatTheImagesCanShow_IsFine() =>
        EvaluationSanity.Judge(_images, new JobOptions { MaxDrop = 0.12, Confidence = 0.95 }).ShouldBeEmpty();

    [Fact]
    public void Judge_OneLabel_IsWarnedOf()
    {
        int label = _images.Label(0);
        var same = _images.Select([.. Enumerable.Range(0, _images.Count).Where(i => _images.Label(i) == label)]);

        EvaluationSanity.Judge(same, new JobOptions { MaxDrop = 0.9 }).ShouldHaveSingleItem()
            .ShouldStartWith($"all {same.Count} evaluation images have the label {label}");
    }

    [Fact]
    public void JudgeCalibration_OneClassOrFewImages_IsWarnedOf()
    {
        EvaluationSanity.JudgeCalibration(Labelled(200, _ => 3)).ShouldHaveSingleItem()
            .ShouldStartWith("all 200 calibration images have the label 3, so ranges know nothing of other classes");
        EvaluationSanity.JudgeCalibration(Labelled(1, _ => 3)).ShouldHaveSingleItem()
            .ShouldStartWith("1 calibration image gives ranges that others may exceed");
        EvaluationSanity.JudgeCalibration(Labelled(200, i => i % 2)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(10_000, 10, 10, 1144, true)] // labels off by one, ten classes: significantly more than 1,000, and nothing
    [InlineData(10_000, 10, 10, 1899, true)]
    [InlineData(10_000, 10, 10, 1901, false)]
    [InlineData(10, 10, 10, 2, true)]
    [InlineData(10, 10, 10, 4, false)]
    [InlineData(100_000, 1000, 1000, 199, true)] // less than twice 1 of 1,000
    [InlineData(100_000, 1000, 1000, 2_000, false)]
    [InlineData(2_000, 2, 2, 1_090, true)] // 54.5 % of two classes
    [InlineData(2_000, 2, 2, 1_300, false)]
    [InlineData(1_000, 1, 10, 888, false)] // one class alone of ten says nothing about the others
    [InlineData(1_000, 1, 10, 110, true)]
    [InlineData(1_000, 2, 1000, 450, false)] // two classes of a thousand
    [InlineData(800, 550, 1000, 480, false)]
    public void JudgeFloat32_Chance_IsWarnedOfWhateverTheNumberOfImages(int images, int labels, int classes, int correct, bool warns)
    {
        string? doubt = EvaluationSanity.JudgeFloat32(correct, Labelled(images, i => i % labels), MetricKind.Top1, classes);

        (doubt is not null).ShouldBe(warns, doubt);
        if (warns)
        {
            doubt!.ShouldStartWith($"FP32 is right on {correct} of {images} evaluation images");
            doubt.ShouldContain("hardly better than by chance");
            doubt.ShouldContain("RGB or BGR");
        }
    }

    [Theory]
    [InlineData(905, true)] // nine of ten images have one label
    [InlineData(940, false)]
    public void JudgeFloat32_MostFrequentLabel_IsChanceToo(int correct, bool warns)
    {
        string? doubt = EvaluationSanity.JudgeFloat32(
            correct, Labelled(1000, i => i % 10 == 0 ? 1 + (i / 10 % 4) : 0), MetricKind.Top1, classes: 5);

        (doubt is not null).ShouldBe(warns, doubt);
        doubt?.ShouldContain("and 900 have the most frequent label");
    }

    [Fact]
    public void JudgeFloat32_FiveRanksOfThreeClasses_AreChanceUnlessAllAreRight()
    {
        EvaluationSanity.JudgeFloat32(_images.Count, _images, MetricKind.Top5, classes: 3).ShouldBeNull();
        EvaluationSanity.JudgeFloat32(_images.Count - 1, _images, MetricKind.Top5, classes: 3).ShouldNotBeNull()
            .ShouldContain($"{_images.Count} have one of the 5 most frequent labels");
    }

    [Theory]
    [InlineData("0.42 0.50 0.61 1/200 1234", 2, false)]
    [InlineData("2.40 2.00 1.00 3/200 1234", 2, false)]
    [InlineData("7.31 5.00 1.00 9/200 1234", 2, true)]
    [InlineData("no number", 2, false)]
    public void Load_MoreThanCores_IsWarnedOf(string text, int cores, bool isBusy) =>
        (MachineLoad.Judge(text, cores) is not null).ShouldBe(isBusy);

    private static ImageSet Labelled(int count, Func<int, int> label)
    {
        var block = SpillSpace.Memory.Keep([0]);
        return new ImageSet("labels", 1, 1, 1, [.. Enumerable.Range(0, count).Select(i => new ImageRef(block, 0, label(i)))]);
    }
}
