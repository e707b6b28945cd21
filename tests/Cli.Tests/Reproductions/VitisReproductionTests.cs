using System.Text.Json;
using Cluster.Cli.Tests.Samples;
using Cluster.Reproductions.Vitis;
using Cluster.Terminal;
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

        var run = await CommandLineRun.OfAsync(
            "reproduce", "vitis", "--model", folder["tiny.onnx"], "--data", images, "--eval", images, "--kept", "2", "-o", folder["out"],
            "--json");

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        using var json = JsonDocument.Parse(run.Output);
        var steps = json.RootElement.GetProperty("steps").EnumerateArray().ToArray();
        steps.Select(step => step.GetProperty("kept").GetArrayLength()).ShouldBe([0, 1, 2]);
        steps[2].GetProperty("kept")[0].GetString().ShouldBe(steps[1].GetProperty("kept")[0].GetString());
        double Kl(int step) => steps[step].GetProperty("accuracy").GetProperty("kl").GetDouble();
        Kl(2).ShouldBeLessThan(Kl(0));
    }
}
