using Cluster.Coordinator;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Statistics;
using Cluster.Evaluation.Inputs;
using Cluster.Kernels.Data;
using Cluster.Terminal;
using Cluster.Tests;

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
            "96 evaluation images tell a drop of 3.71 points from none, and accept a plan that loses nothing in ");

    [Fact]
    public void Decides_TheSentenceIsAWarningAlready_IsNotSaidTwice()
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
    public void JudgeFloat32_NoBetterThanTheMostFrequentLabel_IsWarnedOf()
    {
        int most = Enumerable.Range(0, _images.Count).GroupBy(_images.Label).Max(same => same.Count());

        EvaluationSanity.JudgeFloat32(most, _images, MetricKind.Top1).ShouldNotBeNull().ShouldContain("no better than by chance");
        EvaluationSanity.JudgeFloat32(_images.Count, _images, MetricKind.Top1).ShouldBeNull();
        EvaluationSanity.JudgeFloat32(_images.Count - 1, _images, MetricKind.Top5).ShouldNotBeNull()
            .ShouldContain($"{_images.Count} have one of the 5 most frequent labels");
    }

    [Theory]
    [InlineData("0.42 0.50 0.61 1/200 1234", 2, false)]
    [InlineData("2.40 2.00 1.00 3/200 1234", 2, false)]
    [InlineData("7.31 5.00 1.00 9/200 1234", 2, true)]
    [InlineData("no number", 2, false)]
    public void Load_MoreThanCores_IsWarnedOf(string text, int cores, bool isBusy) =>
        (MachineLoad.Judge(text, cores) is not null).ShouldBe(isBusy);
}
