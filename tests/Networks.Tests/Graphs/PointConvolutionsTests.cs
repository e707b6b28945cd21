namespace Cluster.Networks.Tests.Graphs;

/// <summary>How exporters end a classifier: a convolution of what a pooling over the whole image left.</summary>
public sealed class PointConvolutionsTests
{
    [Theory]
    [InlineData("x w")]
    [InlineData("x w b")]
    [InlineData("g w b")]
    public void Normalize_LastConvolutionOfPoints_IsAGemmOfTheSameNumbers(string inputs)
    {
        bool isPooled = inputs[0] == 'g';
        var builder = Weights(isPooled ? 4 : 1);
        builder = isPooled ? builder.Node("GlobalAveragePool", "x", "g") : builder;
        var graph = builder.Node("Conv", inputs, "c", GraphBuilder.Ints("strides", [2, 2]))
            .Node("Softmax", "c", "y", GraphBuilder.Int("axis", 1)).Build();
        var normal = GraphNormalizer.Normalize(graph);
        var samples = TensorData.FromFloats([2, 3, isPooled ? 4 : 1, isPooled ? 4 : 1], Nets.Values(isPooled ? 96 : 6, 3));

        normal.Nodes.Select(node => node.OpType).Where(type => type != "GlobalAveragePool")
            .ShouldBe(["Flatten", "Gemm", "Reshape", "Softmax"]);
        normal.Nodes.Single(node => node.OpType == "Gemm").Name.ShouldBe("c");
        InRuntime.Run(normal, samples).ShouldBe(InRuntime.Run(graph, samples), 1e-6);
        GraphNormalizer.Normalize(normal).Nodes.Count.ShouldBe(normal.Nodes.Count);
    }

    // Before a product it writes codes; a kernel of 3, groups, pads and several points are not one product.
    [Theory]
    [InlineData("inner")]
    [InlineData("points")]
    [InlineData("kernel")]
    [InlineData("group")]
    [InlineData("pads")]
    public void Normalize_AnyOtherConvolution_StaysOne(string kind)
    {
        var builder = Weights(kind == "points" ? 2 : 1).Floats("k", [3, 3, 3, 3], Nets.Values(81, 4)).Floats("u", [3, 1, 1, 1], 1, 2, 3);
        var graph = kind switch
        {
            "inner" => builder.Node("Conv", "x v", "c").Node("Mul", "x c", "y"),
            "kernel" => builder.Node("Conv", "x k", "y", Nets.Same),
            "group" => builder.Node("Conv", "x u", "y", GraphBuilder.Int("group", 3)),
            "pads" => builder.Node("Conv", "x w", "y", Nets.Same),
            _ => builder.Node("Conv", "x w", "y"),
        };

        GraphNormalizer.Normalize(graph.Build()).Nodes.Select(node => node.OpType).ShouldContain("Conv");
    }

    private static GraphBuilder Weights(int side) => new GraphBuilder(13, -1, 3, side, side)
        .Floats("w", [5, 3, 1, 1], Nets.Values(15, 1)).Floats("b", [5], Nets.Values(5, 2)).Floats("v", [3, 3, 1, 1], Nets.Values(9, 5));
}
