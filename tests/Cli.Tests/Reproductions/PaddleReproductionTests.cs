using Cluster.Reproductions.Paddle;

namespace Cluster.Cli.Tests.Reproductions;

public sealed class PaddleReproductionTests
{
    [Fact]
    public async Task Paddle_TinyNetwork_HasEveryMethodOfTheText()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        string images = $"idx:{folder["images-idx3-ubyte"]}";

        var figures = await new PaddleReproduction(folder["tiny.onnx"], images, images, folder["out"], 20)
            .RunAsync(_ => { }, TestContext.Current.CancellationToken);

        static string[] Names(IEnumerable<PaddleMethod> methods) => [.. methods.Select(method => method.Name)];
        Names(figures.Activations).ShouldBe(["moving_average_abs_max", "abs_max", "KL", "avg", "hist", "mse", "emd"]);
        Names(figures.SymmetricActivations).ShouldBe(Names(figures.Activations));
        Names(figures.Granularities).ShouldBe(["abs_max", "channel_wise_abs_max"]);
        Names(figures.Weights).ShouldBe(["none", "bias_correction", "Adaround", "BRECQ", "QDrop"]);
        figures.WeightBits.ShouldBe(3);
        figures.Weights.ShouldAllBe(method => method.Accuracy.Total == 96);
    }
}
