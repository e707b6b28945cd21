namespace Cluster.Networks.Tests.Graphs;

public sealed class NormalizedModelTests
{
    [Theory]
    [MemberData(nameof(SharedModels.All), MemberType = typeof(SharedModels))]
    public void Normalize_RealModel_LeavesOnlyWhatCannotBeFolded(string model)
    {
        ModelGraph graph = GraphNormalizer.Normalize(OnnxReader.Read(SharedModels.Path(model)));

        graph.Opset.ShouldBe(13);
        string[] expected =
        [
            "AveragePool", "Add", "Clip", "Concat", "Conv", "Flatten", "Gemm", "GlobalAveragePool", "MaxPool", "Relu", "Reshape"
        ];

        // Shortcut A of the plain ResNets: the padding feeds an Add and adds channels.
        string[] shortcutA = model is "cifar10/resnet20" or "cifar10/resnet20-torch-export" ? ["Slice", "Pad"] : [];
        graph.Nodes.Select(node => node.OpType).Distinct().ShouldBeSubsetOf([.. expected, .. shortcutA]);
        graph.Inputs[0].Shape[0].ShouldBe(-1);
        ShapeInference.Infer(graph, 5)[graph.Outputs[0].Name][0].ShouldBe(5);
        foreach (GraphNode node in graph.Nodes.Where(node => node.OpType == "Conv"))
        {
            node.Attributes.Keys.Order().ShouldBe(["dilations", "group", "kernel_shape", "pads", "strides"]);
        }
    }

    [Theory]
    [MemberData(nameof(SharedModels.All), MemberType = typeof(SharedModels))]
    public void Normalize_NormalisedAndReread_IsTheSame(string model)
    {
        ModelGraph graph = GraphNormalizer.Normalize(OnnxReader.Read(SharedModels.Path(model)));

        ModelGraph reread = OnnxReader.Read(OnnxWriter.Write(graph), model);

        reread.ShouldEqual(graph);
        GraphNormalizer.Normalize(reread).ShouldEqual(graph);
    }
}
