using System.Text;

namespace Cluster.Networks.Tests.Graphs.Onnx;

public sealed class OnnxReaderTests
{
    private static readonly Dictionary<string, (Action<ModelProto> Damage, string Says)> Damaged = new(StringComparer.Ordinal)
    {
        ["old opset"] = (
            model => model.OpsetImport[0].Version = 6,
            "The model 'm.onnx' uses ONNX opset 6; expected 7 to 26: export it again or convert it."),
        ["new opset"] = (model => model.OpsetImport[0].Version = 27, "The model 'm.onnx' uses ONNX opset 27; expected 7 to 26"),
        ["no default opset"] = (
            model => model.OpsetImport[0].Domain = "ai.onnx.ml",
                "The model 'm.onnx' has operators of 'ai.onnx.ml' only, such as tree ensembles"),
        ["no opset"] = (model => model.OpsetImport.Clear(), "no stated ONNX opset"),
        ["batch of 0"] = (
            model => model.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimValue = 0, "The input 'x' of 'm.onnx' declares a dimension of 0"),
        ["subgraph"] = (
            model => model.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "body", Type = 5, G = ByteString.CopyFrom(1) }),
            "The model 'm.onnx' is not an ONNX file, or it is damaged or cut off"),
        ["functions"] = (model => model.Functions.Add(new FunctionProto { Name = "Conv" }), "which nothing defines"),
        ["function without end"] = (
            model => model.Functions.Add(new FunctionProto
            {
                Name = "Conv",
                Output = { "o" },
                Node = { new NodeProto { OpType = "Conv", Output = { "o" } } },
            }),
            "The function Conv of the model 'm.onnx' calls itself"),
        ["sparse initializers"] = (model => model.Graph.SparseInitializer.Add(ByteString.Empty), "sparse"),
        ["external data"] = (model => model.Graph.Initializer[0].DataLocation = 1, "keeps its data in another file"),
        ["value twice"] = (model => model.Graph.Node.Add(model.Graph.Node[0].Clone()), "defines the value 'c' twice"),
        ["initializer twice"] = (
            model => model.Graph.Initializer.Add(model.Graph.Initializer[0].Clone()), "defines the value 'w' twice"),
        ["undefined input"] = (
            model => model.Graph.Node[0].Input[1] = "lost", "Node 'conv' (Conv) of 'm.onnx' reads the value 'lost'"),
        ["undefined output"] = (
            model => model.Graph.Output[0].Name = "lost", "The output 'lost' of 'm.onnx' is produced by no node"),
        ["cycle"] = (model => model.Graph.Node[0].Input[0] = "y", "is part of a cycle"),
        ["data shorter than its shape"] = (
            model => model.Graph.Initializer[0].Dims[0] = 3,
            "The initializer 'w' of 'm.onnx' has 8 bytes of data; expected 12 for its shape [3,1,1,1]: the file is damaged or cut off."),
        ["negative size"] = (model => model.Graph.Initializer[0].Dims[0] = -1, "declares the shape"),
        ["huge size"] = (model => model.Graph.Initializer[0].Dims[0] = long.MaxValue, "declares the shape"),
        ["element type"] = (model => model.Graph.Initializer[0].DataType = 8, "has element type 8"),
        ["attribute twice"] = (
            model => model.Graph.Node[0].Attribute.Add(
                [new AttributeProto { Name = "a", Type = 2 }, new AttributeProto { Name = "a", Type = 2 }]),
            "has the attribute 'a' twice"),
        ["value beyond its type"] = (
            model => model.Graph.Initializer.Add(new TensorProto { Name = "b", DataType = 3, Dims = { 1 }, Int32Data = { 300 } }),
            "the value 300"),
    };

    public static TheoryData<string> Faults => [.. Damaged.Keys];

    [Theory]
    [MemberData(nameof(Faults))]
    public void Read_DamagedOrUnsupported_IsRefused(string fault)
    {
        var model = Model();
        Damaged[fault].Damage(model);

        Should.Throw<KernelException>(() => OnnxReader.Read(ModelFile.Of(model.ToByteArray()), "m.onnx"))
            .Message.ShouldContain(Damaged[fault].Says);
    }

    [Fact]
    public void Read_Garbage_IsRefused() =>
        Should.Throw<KernelException>(() => OnnxReader.Read(ModelFile.Of([0xff, 0xff, 0xff, 0xff]), "m.onnx"))
            .Message.ShouldContain("'m.onnx' is not an ONNX file");

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n", "a pointer of Git LFS instead of the file itself: ")]
    [InlineData("<!DOCTYPE html><title>404</title>", "a page of HTML or XML instead of an ONNX file: download the file itself.")]
    [InlineData("\n <html>", "a page of HTML or XML instead of an ONNX file: download the file itself.")]
    public void Read_WhatADownloadLeftInstead_IsNamed(string text, string said) =>
        Should.Throw<KernelException>(() => OnnxReader.Read(ModelFile.Of(Encoding.UTF8.GetBytes(text)), "m.onnx"))
            .Message.ShouldStartWith($"The model 'm.onnx' is {said}");

    [Fact]
    public void Read_Nothing_IsRefused() =>
        Should.Throw<KernelException>(() => OnnxReader.Read(ModelFile.Of([]), "m.onnx")).Message.ShouldContain("holds no graph");

    [Fact]
    public void Read_MissingFile_IsRefused() =>
        Should.Throw<KernelException>(() => OnnxReader.Read("/nowhere/m.onnx")).Message.ShouldContain("'/nowhere/m.onnx' cannot be read");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Read_MoreNodesThanAreRead_IsRefusedBeforeTheyAreObjects(int parts)
    {
        byte[][] graphs = [.. Enumerable.Range(0, parts).Select(_ => Of(new byte[2 * (GraphLimits.MostNodes / parts)]))];
        byte[] one = Model().ToByteArray();

        OnnxReader.Read(ModelFile.Of(one), "m.onnx").Nodes.Count.ShouldBe(2);
        byte[] many = [.. one, .. graphs.SelectMany(graph => graph)];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Should.Throw<KernelException>(() => OnnxReader.Read(ModelFile.Of(many), "m.onnx")).Message.ShouldBe(
            "The model 'm.onnx' has 100,002 nodes where at most 100,000 are read: simplify it, or export a part of it.");
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(20L * GraphLimits.MostNodes, "a node is some hundred bytes");

        // ModelProto.graph with nodes that say nothing: a tag and a length of 0 each.
        static byte[] Of(byte[] nodes)
        {
            for (int i = 0; i < nodes.Length; i += 2)
            {
                nodes[i] = 0x0a;
            }

            using var buffer = new MemoryStream();
            using (var fields = new CodedOutputStream(buffer, leaveOpen: true))
            {
                fields.WriteTag(7, WireFormat.WireType.LengthDelimited);
                fields.WriteBytes(ByteString.CopyFrom(nodes));
            }

            return buffer.ToArray();
        }
    }

    [Fact]
    public void Read_CutOffWithinItsGraph_IsRefused()
    {
        byte[] model = Model().ToByteArray();
        foreach (int length in Enumerable.Range(1, model.Length - 1))
        {
            try
            {
                OnnxReader.Read(ModelFile.Of(model[..length]), "m.onnx");
            }
            catch (KernelException refusal)
            {
                refusal.Message.ShouldContain("m.onnx");
            }
        }
    }

    [Fact]
    public void Read_NodesOutOfOrder_AreSorted()
    {
        ModelProto model = Model();
        NodeProto first = model.Graph.Node[0];
        model.Graph.Node.RemoveAt(0);
        model.Graph.Node.Add(first);

        OnnxReader.Read(ModelFile.Of(model.ToByteArray()), "m.onnx").Nodes.Select(node => node.OpType).ShouldBe(["Conv", "Relu"]);
    }

    [Fact]
    public void Read_UnnamedAndEquallyNamedNodes_GetUniqueNames()
    {
        ModelProto model = Model();
        model.Graph.Node[1].Name = "conv";
        model.Graph.Node.Add(new NodeProto { OpType = "Relu", Input = { "y" }, Output = { "z" } });
        model.Graph.Node.Add(new NodeProto { OpType = "Relu", Input = { "z" }, Output = { "u" }, Name = "Relu_2" });

        OnnxReader.Read(ModelFile.Of(model.ToByteArray()), "m.onnx").Nodes.Select(node => node.Name)
            .ShouldBe(["conv", "conv_1", "Relu_2_", "Relu_2"]);
    }

    [Fact]
    public void Read_InitializerListedAsInput_IsNoInput()
    {
        ModelProto model = Model();
        model.Graph.Input.Add(new ValueInfoProto { Name = "w" });

        OnnxReader.Read(ModelFile.Of(model.ToByteArray()), "m.onnx").Inputs.ShouldHaveSingleItem().Name.ShouldBe("x");
    }

    [Theory]
    [InlineData(ElementType.Float, 4)]
    [InlineData(ElementType.Double, 8)]
    [InlineData(ElementType.Int64, 8)]
    [InlineData(ElementType.Int32, 4)]
    [InlineData(ElementType.UInt8, 1)]
    [InlineData(ElementType.Int8, 1)]
    [InlineData(ElementType.Int16, 2)]
    [InlineData(ElementType.UInt16, 2)]
    public void Read_TypedData_EqualsTheValues(ElementType type, int size)
    {
        ModelProto model = Model();
        var tensor = new TensorProto { Name = "typed", DataType = (int)type, Dims = { 3 } };
        int[] values = type is ElementType.UInt8 or ElementType.UInt16 ? [1, 2, 200] : [1, -2, 100];
        tensor.FloatData.Add(type == ElementType.Float ? values.Select(value => (float)value) : []);
        tensor.DoubleData.Add(type == ElementType.Double ? values.Select(value => (double)value) : []);
        tensor.Int64Data.Add(type == ElementType.Int64 ? values.Select(value => (long)value) : []);
        tensor.Int32Data.Add(size < 4 || type == ElementType.Int32 ? values : []);
        model.Graph.Initializer.Add(tensor);

        var read = OnnxReader.Read(ModelFile.Of(model.ToByteArray()), "m.onnx").Initializers["typed"];

        using var found = TensorFactory.FromTensorData(read).to(TorchSharp.torch.ScalarType.Float32);
        read.Type.ShouldBe(type);
        TensorFactory.ToFloats(found).ShouldBe(values.Select(value => (float)value));
    }

    [Fact]
    public void Read_ConstantNode_IsAnInitializer()
    {
        ModelProto model = Model();
        model.Graph.Node.Add(new NodeProto
        {
            OpType = "Constant",
            Output = { "k" },
            Attribute = { new AttributeProto { Name = "value_floats", Type = 6, Floats = { 1.5f, 2.5f } } },
        });

        ModelGraph graph = OnnxReader.Read(ModelFile.Of(model.ToByteArray()), "m.onnx");

        graph.Nodes.Count.ShouldBe(2);
        graph.Initializers["k"].As<float>().ToArray().ShouldBe([1.5f, 2.5f]);
    }

    [Fact]
    public void Write_FreeBatch_KeepsItsName()
    {
        ModelProto written = ModelProto.Parser.ParseFrom(
            OnnxWriter.Write(OnnxReader.Read(ModelFile.Of(Model().ToByteArray()), "m.onnx")).Message);

        written.ProducerName.ShouldBe("Cluster");
        written.IrVersion.ShouldBe(7);
        written.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimParam.ShouldBe("batch");
        written.Graph.Output[0].Type.TensorType.Shape.ShouldBeNull();
    }

    [Theory]
    [InlineData(13, 7)]
    [InlineData(15, 8)]
    [InlineData(18, 8)]
    [InlineData(19, 9)]
    [InlineData(21, 10)]
    public void Write_Opset_ChoosesTheFormatVersion(int opset, int version)
    {
        ModelGraph graph = OnnxReader.Read(ModelFile.Of(Model().ToByteArray()), "m.onnx") with { Opset = opset };

        ModelProto.Parser.ParseFrom(OnnxWriter.Write(graph).Message).IrVersion.ShouldBe(version);
    }

    // x (N, 1, 4, 4) -> Conv with w (2, 1, 1, 1) -> Relu -> y, whose shape is not stated.
    private static ModelProto Model()
    {
        static ValueInfoProto Value(string name, TensorShapeProto? shape) => new()
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1, Shape = shape } },
        };
        static TensorShapeProto.Types.Dimension Fixed(long size) => new() { DimValue = size };
        var shape = new TensorShapeProto
        {
            Dim = { new TensorShapeProto.Types.Dimension { DimParam = "batch" }, Fixed(1), Fixed(4), Fixed(4) }
        };
        return new ModelProto
        {
            IrVersion = 7,
            OpsetImport = { new OperatorSetIdProto { Version = 13 } },
            Graph = new GraphProto
            {
                Name = "g",
                Input = { Value("x", shape) },
                Output = { Value("y", null) },
                Initializer =
                {
                    new TensorProto { Name = "w", DataType = 1, Dims = { 2, 1, 1, 1 }, RawData = ByteString.CopyFrom(new byte[8]) }
                },
                Node =
                {
                    new NodeProto { Name = "conv", OpType = "Conv", Input = { "x", "w" }, Output = { "c" } },
                    new NodeProto { OpType = "Relu", Input = { "c" }, Output = { "y" } },
                },
            },
        };
    }
}
