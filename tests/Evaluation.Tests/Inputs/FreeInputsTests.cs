using Cluster.DataSpecs;
using Cluster.Kernels.Data.Arrays;
using Cluster.Kernels.Graphs.Onnx;

namespace Cluster.Evaluation.Tests.Inputs;

/// <summary>What a file leaves free beside the batch has the size of the data, and is free in what is written.</summary>
public sealed class FreeInputsTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_FreeSizes_AreTheDatasAndStayFree()
    {
        var network = Open([-1, 3, -1, -1], [8, 3, 6, 10]);

        network.Grouped.Input.Shape.ShouldBe([-1, 3, 6, 10]);
        network.FirstOutput.Shape.ShouldBe([-1, 4, 4, 8]);
        var written = OnnxReader.Read(OnnxWriter.Write(network.Grouped.Graph), "written");
        written.Inputs[0].Shape.ShouldBe([-1, 3, -1, -1]);
        written.Outputs[0].Shape.ShouldBe([-1, 4, -1, -1]);
    }

    [Fact]
    public void Write_FreeAxes_HaveTheirNames()
    {
        string[] names = ["batch", "", "height", "width"];
        var free = new ValueInfo("x", ElementType.Float, [-1, 3, 6, 10]) { FreeAxes = [2, 3], AxisNames = names };
        var graph = Open([-1, 3, -1, -1], [8, 3, 6, 10]).Grouped.Graph with { Inputs = [free] };

        OnnxReader.Read(OnnxWriter.Write(graph), "written").Inputs[0].AxisNames.ShouldBe(["N", "", "height", "width"]);
    }

    [Fact]
    public void Open_SizesThatTheNetworkNeeds_AreFixedInWhatIsWritten()
    {
        // Only 6 x 10 pixels have as many elements as the constant.
        var network = Open([-1, 3, -1, -1], [8, 3, 6, 10], node => node with { OpType = "Mul", Inputs = ["x", "p"], Attributes = None });

        OnnxReader.Read(OnnxWriter.Write(network.Grouped.Graph), "written").Inputs[0].Shape.ShouldBe([-1, 3, 6, 10]);
    }

    [Fact]
    public void Open_SamplesAlongAnotherAxis_AreRunOneByOne()
    {
        var network = Open([1, -1, 4], [8, 1, 4], _ => new GraphNode("y", "Softmax", ["x"], ["y"], ("axis", AttributeValue.Of(0L))));

        network.Grouped.Graph.TakesOneSample.ShouldBeTrue();
        network.ExecutionBatch.ShouldBe(1);
        network.TakesImages.ShouldBeFalse();
    }

    [Fact]
    public void Open_SamplesOfAFreeBatchAreAddedUp_AreRunOneByOne()
    {
        var network = Open([-1, 4], [8, 4], _ => new GraphNode("y", "ReduceSum", ["x"], ["y"], ("keepdims", AttributeValue.Of(1L))));

        network.Grouped.Graph.TakesOneSample.ShouldBeTrue();
    }

    [Fact]
    public void Open_FreeSizesWithoutData_AsksForThem() => Should.Throw<KernelException>(() => Open([-1, 3, -1, -1], null))
        .Message.ShouldBe("The input 'x' has the shape [?,3,?,?], whose free sizes are not known: give data, whose shape they are.");

    [Fact]
    public void Open_SeveralSamplesThatDependOnEachOther_IsRefused() => Should.Throw<KernelException>(() => Open(
            [4, 3], [8, 3], node => node with { OpType = "Add", Inputs = ["x", "b"], Attributes = None }))
        .Message.ShouldContain("what the network computes for a sample depends on others of the 4");

    private static readonly Dictionary<string, AttributeValue> None = new(StringComparer.Ordinal);

    private NetworkFile Open(long[] shape, long[]? data, Func<GraphNode, GraphNode>? change = null)
    {
        var conv = new GraphNode("y", "Conv", ["x", "w"], ["y"], ("kernel_shape", AttributeValue.Of((IReadOnlyList<long>)[3, 3])));
        var constants = new Dictionary<string, TensorData>(StringComparer.Ordinal)
        {
            ["w"] = TensorData.FromFloats([4, 3, 3, 3], Sample.Values(108, 1, 1)),
            ["p"] = TensorData.FromFloats([6, 10], Sample.Values(60, 2, 1)),
            ["b"] = TensorData.FromFloats([4, 3], Sample.Values(12, 2, 1)),
        };
        var node = change?.Invoke(conv) ?? conv;
        File.WriteAllBytes(_folder["net.onnx"], OnnxWriter.Write(new ModelGraph
        {
            Name = "net",
            Opset = 13,
            Inputs = [new ValueInfo("x", ElementType.Float, shape)],
            Outputs = [new ValueInfo("y", ElementType.Float, []) { ShapeKnown = false }],
            Nodes = [node],
            Initializers = constants.Where(pair => node.Inputs.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal),
        }));
        if (data is not null)
        {
            float[] values = Sample.Values((int)data.Aggregate(1L, (all, size) => all * size), 3, 1);
            NpzWriter.Write(_folder["x.npz"], ("x", TensorData.FromFloats(data, values)));
        }

        return NetworkFile.Open(
            _folder["net.onnx"], sizes: data is null ? null : new FreeInputs($"npz:{_folder["x.npz"]}", DataAccess.Anywhere, null));
    }
}
