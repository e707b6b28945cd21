namespace Cluster.Networks.Tests.Graphs;

/// <summary>What exporters write for a linear layer of a transformer.</summary>
public sealed class MatMulToGemmTests
{
    [Fact]
    public void Normalize_LinearLayerOfThreeAxes_IsAGemmOfRowsWithItsBiasAndRelu()
    {
        ModelGraph graph = GraphNormalizer.Normalize(Tokens()
            .Node("MatMul", "x w", "m").Node("Add", "b m", "a").Node("Relu", "a", "y").Build());

        graph.Nodes.Select(node => node.OpType).ShouldBe(["Reshape", "Gemm", "Relu", "Reshape"]);
        graph.Nodes[1].Inputs.Skip(1).ShouldBe(["w", "b"]);
        graph.Initializers[graph.Nodes[0].Inputs[1]].Integers().ShouldBe([-1, 8]);
        graph.Initializers[graph.Nodes[3].Inputs[1]].Integers().ShouldBe([-1, 6, 5]);
        graph.Nodes[3].Output.ShouldBe("y");
        GraphNormalizer.Normalize(graph).Nodes.Count.ShouldBe(4);
    }

    [Fact]
    public void Normalize_SeveralLayersOfOneTensor_ShareItsRows() => GraphNormalizer
        .Normalize(Tokens().Node("MatMul", "x w", "m").Node("MatMul", "x w", "n").Node("Add", "m n", "y").Build())
        .Nodes.Select(node => node.OpType).ShouldBe(["Reshape", "Gemm", "Reshape", "Gemm", "Reshape", "Add"]);

    [Fact]
    public void Normalize_ProductWithAnotherReader_KeepsItsAdd() => GraphNormalizer
        .Normalize(Tokens().Node("MatMul", "x w", "m").Node("Add", "m b", "a").Node("Mul", "a m", "y").Build())
        .Nodes.Select(node => node.OpType).ShouldBe(["Reshape", "Gemm", "Reshape", "Add", "Mul"]);

    [Fact]
    public void Roles_SumBeforeALayerNormalization_StaysInFloat()
    {
        var graph = Nets.Group(new GraphBuilder(17, -1, 6, 8).Floats("w", [8, 8], Nets.Values(64, 1)).Floats("s", [8], Nets.Values(8, 2))
            .Node("MatMul", "x w", "m").Node("Add", "m x", "sum").Node("LayerNormalization", "sum s", "n")
            .Node("MatMul", "n w", "o").Node("Add", "o sum", "y").Build());

        graph.Roles.Of(graph.ProducingNode("sum")!).ShouldBe(NodeRole.Float);
        graph.Roles.Of(graph.ProducingNode("y")!).ShouldBe(NodeRole.Requantizing);
        graph.Groups.Select(group => group.Name).ShouldBe(["x/rows", "m", "o"]);
    }

    private static GraphBuilder Tokens() =>
        new GraphBuilder(13, -1, 6, 8).Floats("w", [8, 5], Nets.Values(40, 1)).Floats("b", [5], Nets.Values(5, 2));
}
