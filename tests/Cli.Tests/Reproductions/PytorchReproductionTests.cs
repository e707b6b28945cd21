using System.Text.Json;
using Cluster.Cli.Tests.Samples;
using Cluster.Terminal;
using Cluster.Tests;

namespace Cluster.Cli.Tests.Reproductions;

public sealed class PytorchReproductionTests
{
    [Fact]
    public async Task Pytorch_TinyNetwork_TellsTheErrorOfEachWay()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        string images = $"idx:{folder["images-idx3-ubyte"]}";

        var run = await CommandLineRun.OfAsync(
            "reproduce", "pytorch", "--model", folder["tiny.onnx"], "--data", images, "--eval", images, "-o", folder["out"], "--json");

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        using var json = JsonDocument.Parse(run.Output);
        var ways = json.RootElement.GetProperty("ways").EnumerateArray().ToArray();
        ways.Length.ShouldBe(6);
        double Error(int way) => ways[way].GetProperty("meanSquaredError").GetDouble();
        Error(0).ShouldBe(0);
        Error(1).ShouldBeGreaterThan(0);
        Error(1).ShouldBeLessThan(Error(2)); // 8 bits and 4
        foreach (var way in ways.Skip(1))
        {
            double mean = way.GetProperty("meanAbsoluteError").GetDouble();
            way.GetProperty("meanSquaredError").GetDouble().ShouldBeGreaterThanOrEqualTo(mean * mean * 0.999999);
        }
    }
}
