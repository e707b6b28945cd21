using System.Security.Cryptography;

namespace Cluster.Evaluation.Tests.Inputs;

public sealed class NetworkFileTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_TinyNetwork_KnowsItsShapeAndIsItsOwnBaseline()
    {
        TinyNetwork.Write(_folder.Root);
        var network = NetworkFile.Open(_folder["tiny.onnx"]);
        network.Grouped.Input.Shape.ShouldBe([-1, 1, TinyNetwork.Side, TinyNetwork.Side]);
        network.Classes.ShouldBe(TinyNetwork.Classes);
        network.Digest.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_folder["tiny.onnx"]))));
        network.Float32Model.ShouldBe(network.Content, "the user's own file is what the result is compared with");
    }

    [Fact]
    public void Open_BatchFixedToOne_GetsABaselineThatTakesAnyBatch()
    {
        var graph = TinyNetwork.Graph();
        Write(graph with
        {
            Inputs = [Shape(graph.Inputs[0], 1, 1, TinyNetwork.Side, TinyNetwork.Side)],
            Outputs = [Shape(graph.Outputs[0], 1, TinyNetwork.Classes)]
        });
        var network = NetworkFile.Open(_folder["net.onnx"]);
        network.Float32Model.Message.ShouldNotBe(network.Content.Message);
        OnnxReader.Read(network.Float32Model, "baseline").Inputs[0].Shape[0].ShouldBeLessThan(1);
    }

    [Theory]
    [InlineData(-1L, 1L, -1L, 8L)]
    [InlineData(-1L, 1L, 8L)]
    public void Open_InputIsNoImageOfOneSize_IsRefused(params long[] shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var graph = TinyNetwork.Graph();
        Write(graph with { Inputs = [Shape(graph.Inputs[0], shape)] });
        Should.Throw<KernelException>(() => NetworkFile.Open(_folder["net.onnx"]));
    }

    [Fact]
    public void Open_PartsInFloat16_NamesIt()
    {
        var graph = TinyNetwork.Graph();
        string last = graph.Outputs[0].Name;
        Write(graph with
        {
            Nodes =
            [
                .. graph.Nodes,
                new GraphNode("half", "Cast", [last], ["half"], ("to", AttributeValue.Of((long)ElementType.Float16))),
                new GraphNode("relu", "Relu", ["half"], ["relu"]),
                new GraphNode("wide", "Cast", ["relu"], ["wide"], ("to", AttributeValue.Of((long)ElementType.Float))),
            ],
            Outputs = [graph.Outputs[0] with { Name = "wide" }],
        });

        NetworkFile.Open(_folder["net.onnx"]).Widened.ShouldBe("float16");
        Write(graph);
        NetworkFile.Open(_folder["net.onnx"]).Widened.ShouldBeNull();
    }

    [Fact]
    public void Open_NoFile_SaysWhatToGive() =>
        Should.Throw<KernelException>(() => NetworkFile.Open(_folder["none.onnx"])).Message.ShouldContain("FP32 ONNX network");

    private static ValueInfo Shape(ValueInfo value, params long[] shape) => value with { Shape = shape };

    private void Write(ModelGraph graph) => File.WriteAllBytes(_folder["net.onnx"], OnnxWriter.Write(graph).Message);
}
