using Cluster.Glyphs;
using Cluster.Kernels.Data;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Graphs.Inference;
using Cluster.Tests;

namespace Cluster.Cli.Tests.Samples;

public sealed class LargeSampleTests
{
    // Of torchvision's resnet50: 25,557,032 parameters, of which 26,560 are gains of normalisations, folded here; 4,089,184,256 products.
    private const long Parameters = 25_557_032 - 26_560;
    private const long Products = 4_089_184_256;

    [Fact]
    public void ToGraph_UsualSize_HasTheParametersAndProductsOfResNet50()
    {
        var summary = GraphSummary.Of(ResidualGraph.ToGraph(1, LargeSample.UsualSize));

        summary.Nodes.Sum(node => node.Parameters).ShouldBe(Parameters);
        summary.Nodes.Sum(node => node.MultiplyAccumulates).ShouldBe(Products);
    }

    [Fact]
    public void Write_SmallestSize_GivesANetworkAndImagesThatRunToOrdinaryNumbers()
    {
        using var folder = new WorkFolder();
        LargeSample.Write(folder.Root, seed: 1, LargeSample.LeastSize);
        byte[] first = File.ReadAllBytes(LargeSample.ImagesOf(folder.Root, "evaluation"));
        var images = new ImageBatches(
            DataSource.Open($"idx:{LargeSample.ImagesOf(folder.Root, "evaluation")}"),
            Preprocess.LoadFor(LargeSample.Model(folder.Root)),
            BatchSize: 2);
        using var network = new FloatNetwork(GroupFinder.Find(ResidualGraph.ToGraph(1, LargeSample.LeastSize)));

        float[] logits = network.Run(images.Inputs(0));

        images.Images.Count.ShouldBe(LargeSample.Images);
        logits.Length.ShouldBe(2 * 1000);
        Math.Sqrt(logits.Average(logit => (double)logit * logit)).ShouldBeInRange(0.1, 10);
        logits[..1000].ShouldNotBe(logits[1000..]);
        LargeSample.Write(folder.Root, seed: 1, LargeSample.LeastSize);
        File.ReadAllBytes(LargeSample.ImagesOf(folder.Root, "evaluation")).ShouldBe(first, "a seed has one set of images");
        first.ShouldNotBe(File.ReadAllBytes(LargeSample.ImagesOf(folder.Root, "calibration")));
    }
}
