using Cluster.Evaluation.SingleSteps.Sensitivity;
using Cluster.Reproductions.Vitis;
using Cluster.Tests;

namespace Cluster.Cli.Tests.Reproductions;

public sealed class VitisReproductionTests
{
    [Fact]
    public void Examples_AreTheTextsNumbersOrSayWhyNot()
    {
        var examples = VitisExamples.All();

        examples.Count.ShouldBe(10);
        foreach (var example in examples.Where(example => example.Remark is null))
        {
            example.Here.ShouldBe(example.Text, example.Name);
        }

        examples.Where(example => example.Remark is not null).ShouldHaveSingleItem().Name.ShouldBe("HistogramObserver, as published");
    }

    [Fact]
    public async Task Vitis_TinyNetwork_KeepsTheMostSensitiveLayersInFloat()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        string images = $"idx:{folder["images-idx3-ubyte"]}";

        var figures = await new VitisReproduction(folder["tiny.onnx"], images, images, folder["out"], MostKept: 2).RunAsync(
            new SensitivityProgress(TextWriter.Null, isLive: false), _ => { }, TestContext.Current.CancellationToken);

        figures.Steps.Select(step => step.Kept.Count).ShouldBe([0, 1, 2]);
        figures.Steps[2].Kept[0].ShouldBe(figures.Steps[1].Kept[0]);
        figures.Steps[2].Accuracy.Kl!.Value.ShouldBeLessThan(figures.Steps[0].Accuracy.Kl!.Value);
    }
}
