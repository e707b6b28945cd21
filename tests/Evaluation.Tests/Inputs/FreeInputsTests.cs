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

        OnnxReader.Read(OnnxWriter.Write(graph), "written").Inputs[0].AxisNames.ShouldBe(names);
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
        .Message.ShouldBe(
            "The input 'x' has the shape [?,3,?,?], whose free sizes are not known: give data, whose shape they are, or their shape.");

    [Fact]
    public void Open_SeveralSamplesThatDependOnEachOther_AreOneSampleTogether()
    {
        var network = Open([4, 3], [10, 3], node => node with { OpType = "Add", Inputs = ["x", "b"], Attributes = None });

        var samples = DataSource.OpenSamples($"npz:{_folder["x.npz"]}").For(network.Grouped.Graph.SampleInputs, null);
        network.FirstOutput.Shape.ShouldBe([-1, 4, 3]);
        samples.Together.ShouldBe(4);
        samples.Count.ShouldBe(2); // of 10, without the last two
        samples.Read(1, 1, null)[0].As<float>().ToArray().ShouldBe(Sample.Values(30, 3, 1)[12..24]);
    }

    [Fact]
    public void Open_GivenShapeWithoutData_IsThatOfTheNetworkAndStaysFree()
    {
        var network = Open([-1, 3, -1, -1], null, given: new GivenInputs { Shapes = ["x=1,3,6,10"] });

        network.Grouped.Input.Shape.ShouldBe([-1, 3, 6, 10]);
        network.FirstOutput.Shape.ShouldBe([-1, 4, 4, 8]);
        OnnxReader.Read(OnnxWriter.Write(network.Grouped.Graph), "written").Inputs[0].Shape.ShouldBe([-1, 3, -1, -1]);
    }

    [Fact]
    public void Open_GivenShapeOfTheData_IsTaken() =>
        Open([-1, 3, -1, -1], [8, 3, 6, 10], given: new GivenInputs { Shapes = ["x=1,3,6,10"] }).Grouped.Input.Shape
            .ShouldBe([-1, 3, 6, 10]);

    [Theory]
    [InlineData("x=1,3,6,12", "--shape gives 'x' the shape [1,3,6,12], and the samples of ")]
    [InlineData("x=1,4,6,10", "--shape is x=1,4,6,10 where the network's input 'x' is [?,3,?,?]; give a size for each axis")]
    [InlineData("x=3,6,10", "--shape is x=3,6,10 where the network's input 'x' is [?,3,?,?]; give a size for each axis")]
    [InlineData("y=1,3,6,10", "--shape is y=1,3,6,10, an input that the network does not have; it has 'x'")]
    public void Open_GivenShapeContradicts_SaysWhatItIs(string shape, string expected) => Should.Throw<KernelException>(() => Open(
            [-1, 3, -1, -1], [8, 3, 6, 10], given: new GivenInputs { Shapes = [shape] }))
        .Message.ShouldStartWith(expected);

    [Fact]
    public void Open_InputsThatAreSet_AreNoInputsOfTheNetwork()
    {
        var network = Open([-1, 3], [8, 3], node => node with { OpType = "Mul", Inputs = ["x", "p"], Attributes = None }, set: "p=2");

        network.Grouped.Inputs.ShouldHaveSingleItem().Name.ShouldBe("x");
        network.Grouped.Graph.Initializers["p"].As<float>().ToArray().ShouldBe([2]);
        OnnxReader.Read(network.Original.File, "original").Inputs.ShouldHaveSingleItem().Name.ShouldBe("x");
    }

    [Fact]
    public void Resized_NoGeometry_IsTheGivenSize()
    {
        var preprocess = new Preprocess(PixelColor.Gray, 1, [0], [1]);

        new GivenInputs { Shapes = ["x=1,1,24,32"] }.Resized(preprocess).Geometry!.Exact.ShouldBe(new PictureSize(24, 32));
    }

    [Fact]
    public void Resized_OtherGeometry_SaysBoth()
    {
        var preprocess = new Preprocess(PixelColor.Gray, 1, [0], [1], new PictureGeometry(32, null, new PictureSize(28, 28)));

        new GivenInputs { Shapes = ["x=1,1,28,28"] }.Resized(preprocess).ShouldBeSameAs(preprocess);
        Should.Throw<KernelException>(() => new GivenInputs { Shapes = ["x=1,1,24,32"] }.Resized(preprocess)).Message
            .ShouldBe("--shape is x=1,1,24,32 where the preprocessing file makes pictures of 28x28; leave one of them out.");
    }

    private static readonly Dictionary<string, AttributeValue> None = new(StringComparer.Ordinal);

    private NetworkFile Open(
        long[] shape, long[]? data, Func<GraphNode, GraphNode>? change = null, GivenInputs? given = null, string? set = null)
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
            Inputs = set is null
                ? [new ValueInfo("x", ElementType.Float, shape)]
                : [new ValueInfo("x", ElementType.Float, shape), new ValueInfo("p", ElementType.Float, [])],
            Outputs = [new ValueInfo("y", ElementType.Float, []) { ShapeKnown = false }],
            Nodes = [node],
            Initializers = constants.Where(pair => node.Inputs.Contains(pair.Key) && set is null).ToDictionary(StringComparer.Ordinal),
        }).Message);
        if (data is not null)
        {
            float[] values = Sample.Values((int)data.Aggregate(1L, (all, size) => all * size), 3, 1);
            NpzWriter.Write(_folder["x.npz"], ("x", TensorData.FromFloats(data, values)));
        }

        return NetworkFile.Open(
            _folder["net.onnx"],
            sizes: new FreeInputs(data is null ? null : $"npz:{_folder["x.npz"]}", DataAccess.Anywhere, null)
            {
                Given = given ?? new GivenInputs { Set = set is null ? [] : [set] },
            });
    }
}
