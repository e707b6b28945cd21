using Cluster.Coordinator;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
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
            "96 evaluation images cannot show that less than 2.37 points of top-1 are lost at 95 % confidence");

    [Fact]
    public void Judge_FewerImagesThanTheConfidenceNeeds_IsRefused() =>
        Should.Throw<JobException>(() => EvaluationSanity.Judge(_images, new JobOptions { Confidence = 0.95 }))
            .Message.ShouldContain("or leave out --confidence");

    [Fact]
    public void Judge_BoundThatTheImagesCanShow_IsFine() =>
        EvaluationSanity.Judge(_images, new JobOptions { MaxDrop = 0.03, Confidence = 0.95 }).ShouldBeEmpty();

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
