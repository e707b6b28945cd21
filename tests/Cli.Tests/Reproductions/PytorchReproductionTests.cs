using Cluster.Reproductions.Pytorch;
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

        var figures = await new PytorchReproduction(folder["tiny.onnx"], images, images, folder["out"])
            .RunAsync(_ => { }, TestContext.Current.CancellationToken);

        figures.Ways.Count.ShouldBe(6);
        double Error(int way) => figures.Ways[way].MeanSquaredError;
        Error(0).ShouldBe(0);
        Error(1).ShouldBeGreaterThan(0);
        Error(1).ShouldBeLessThan(Error(2)); // 8 bits and 4
        foreach (var way in figures.Ways.Skip(1))
        {
            way.MeanSquaredError.ShouldBeGreaterThanOrEqualTo(way.MeanAbsoluteError * way.MeanAbsoluteError * 0.999999);
        }
    }
}
