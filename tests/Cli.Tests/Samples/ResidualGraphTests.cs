using Cluster.Networks.Graphs.Inference;

namespace Cluster.Cli.Tests.Samples;

public sealed class ResidualGraphTests
{
    // Of torchvision's resnet50: 25,557,032 parameters, of which 26,560 are gains of normalisations, folded here; 4,089,184,256 products.
    private const long Parameters = 25_557_032 - 26_560;
    private const long Products = 4_089_184_256;

    [Fact]
    public void ToGraph_UsualSize_HasTheParametersAndProductsOfResNet50()
    {
        var summary = GraphSummary.Of(ResidualGraph.ToGraph(seed: 1, size: 224));

        summary.Nodes.Sum(node => node.Parameters).ShouldBe(Parameters);
        summary.Nodes.Sum(node => node.MultiplyAccumulates).ShouldBe(Products);
    }
}
