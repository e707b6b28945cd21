using System.Text.Json;
using Cluster.Cli.Tests.Samples;
using Cluster.Terminal;
using Cluster.Tests;

namespace Cluster.Cli.Tests.Reproductions;

public sealed class PaddleReproductionTests
{
    [Fact]
    public async Task Paddle_TinyNetwork_HasEveryMethodOfTheText()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        string images = $"idx:{folder["images-idx3-ubyte"]}";

        var run = await CommandLineRun.OfAsync(
            "reproduce", "paddle", "--model", folder["tiny.onnx"], "--data", images, "--eval", images, "--iterations", "20", "-o",
            folder["out"], "--json");

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        using var json = JsonDocument.Parse(run.Output);
        string[] Names(string table) =>
            [.. json.RootElement.GetProperty(table).EnumerateArray().Select(method => method.GetProperty("name").GetString()!)];
        Names("activations").ShouldBe(["moving_average_abs_max", "abs_max", "KL", "avg", "hist", "mse", "emd"]);
        Names("symmetricActivations").ShouldBe(Names("activations"));
        Names("weightScales").ShouldBe(["abs_max", "channel_wise_abs_max"]);
        Names("weights").ShouldBe(["none", "bias_correction", "Adaround", "BRECQ", "QDrop"]);
        json.RootElement.GetProperty("weightBits").GetInt32().ShouldBe(3);
        json.RootElement.GetProperty("weights").EnumerateArray()
            .ShouldAllBe(method => method.GetProperty("accuracy").GetProperty("total").GetInt32() == 96);
    }
}
