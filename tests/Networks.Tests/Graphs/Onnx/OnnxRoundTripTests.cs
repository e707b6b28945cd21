namespace Cluster.Networks.Tests.Graphs.Onnx;

public sealed class OnnxRoundTripTests
{
    [Theory]
    [MemberData(nameof(SharedModels.All), MemberType = typeof(SharedModels))]
    public void Write_RealModel_ReadsBackEqual(string model)
    {
        ModelGraph graph = OnnxReader.Read(SharedModels.Path(model));

        byte[] bytes = OnnxWriter.Write(graph).Message;

        OnnxReader.Read(ModelFile.Of(bytes), model).ShouldEqual(graph);
        OnnxWriter.Write(OnnxReader.Read(ModelFile.Of(bytes), model)).Message.ShouldBe(bytes);
        graph.Inputs.Count.ShouldBe(1);
        graph.Nodes.ShouldNotContain(node => node.OpType == "Constant");
    }
}
