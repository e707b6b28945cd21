namespace Cluster.Networks.Tests.Graphs.Onnx;

/// <summary>Networks that are written with their weights in a file of their own, here above a few kilobytes.</summary>
public sealed class ApartFileTests : IDisposable
{
    private const int Side = 32;
    private const long Most = 6000;
    private readonly WorkFolder _folder = new();
    private readonly ModelGraph _graph = Graph();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_UpToTheLimit_IsOneFile() => OnnxWriter.Write(_graph).IsApart.ShouldBeFalse();

    [Fact]
    public void Write_AboveTheLimit_HasTheIdentityOfOneFile()
    {
        var (one, apart) = (OnnxWriter.Write(_graph), OnnxWriter.Write(_graph, Most));

        apart.IsApart.ShouldBeTrue();
        apart.Digest.ShouldBe(one.Digest);
        apart.Length.ShouldBe(one.Length);
        apart.InOne().SelectMany(part => part.ToArray()).ShouldBe(one.Message);
        OnnxReader.Read(apart, "m.onnx").ShouldEqual(_graph);
    }

    [Fact]
    public void WriteTo_AboveTheLimit_IsAMessageAndOneFileOfDataInPages()
    {
        var paths = OnnxWriter.Write(_graph, Most).WriteTo(_folder["net.onnx"], Write);

        paths.ShouldBe([_folder["net.onnx"], _folder["net.onnx.data"]]);
        var tensors = ModelProto.Parser.ParseFrom(File.ReadAllBytes(paths[0])).Graph.Initializer.ToDictionary(tensor => tensor.Name);
        tensors["small"].RawData.Length.ShouldBe(Side * sizeof(float), "shapes and biases are read with the message");
        Entries(tensors["w1"]).ShouldBe([("location", "net.onnx.data"), ("offset", "0"), ("length", "4096")]);
        Entries(tensors["w2"]).ShouldBe([("location", "net.onnx.data"), ("offset", "4096"), ("length", "4100")]);
        Entries(tensors["w3"]).ShouldBe([("location", "net.onnx.data"), ("offset", "12288"), ("length", "4096")]);
        new FileInfo(paths[1]).Length.ShouldBe(12288 + 4096);
    }

    [Fact]
    public void Read_WeightsApart_AreOnceInMemory()
    {
        OnnxWriter.Write(_graph, Most).WriteTo(_folder["net.onnx"], Write);
        var read = OnnxReader.Read(ModelFile.Read(_folder["net.onnx"], Most), "net.onnx").Initializers;

        using (var weight = SharedConstant.Of(read["w1"]).ShouldNotBeNull())
        {
            weight.shape.ShouldBe(read["w1"].Shape);
            weight.bytes.SequenceEqual(read["w1"].Bytes.Span).ShouldBeTrue();
            weight.fill_(7).Dispose();
        }

        read["w1"].As<float>().ToArray().ShouldAllBe(value => value == 7, "a tensor is a view of the constant's memory");
        SharedConstant.Of(read["small"]).ShouldBeNull("it came with the message");
    }

    [Fact]
    public void WriteTo_ReadAgain_IsTheSameNetwork()
    {
        var file = OnnxWriter.Write(_graph, Most);
        file.WriteTo(_folder["net.onnx"], Write);
        var read = ModelFile.Read(_folder["net.onnx"], Most);

        read.IsApart.ShouldBeTrue();
        read.Digest.ShouldBe(file.Digest);
        OnnxReader.Read(read, "net.onnx").ShouldEqual(_graph);
        ModelFile.Read(_folder["net.onnx"]).Message.ShouldBe(OnnxWriter.Write(_graph).Message, "up to the limit it is read as one file");

        // Once more under another name: its data follow.
        read.WriteTo(_folder["copy.onnx"], Write);
        ModelFile.Read(_folder["copy.onnx"]).Digest.ShouldBe(file.Digest);
    }

    // ONNX Runtime reads the data by itself, as it is given a path.
    [Fact]
    public void Open_AboveTheLimit_GivesWhatOneFileGives()
    {
        var apart = OnnxWriter.Write(_graph, Most);
        apart.WriteTo(_folder["net.onnx"], Write);
        float[] expected = Run(OnnxWriter.Write(_graph));

        expected.Distinct().Count().ShouldBeGreaterThan(Side);
        Run(apart).ShouldBe(expected);
        Run(ModelFile.Read(_folder["net.onnx"], Most)).ShouldBe(expected);
        using var theirs = OrtSession.Open(_folder["net.onnx"], new OrtSessionOptions());
        Run(theirs).ShouldBe(expected);
    }

    [Fact]
    public void OnDisk_Temporary_IsDeleted()
    {
        string path;
        using (var place = OnnxWriter.Write(_graph, Most).OnDisk())
        {
            path = place.Path;
            File.Exists(ModelFile.DataName(path)).ShouldBeTrue();
        }

        Directory.Exists(Path.GetDirectoryName(path)).ShouldBeFalse();
    }

    [Fact]
    public void OnDisk_UsersFile_IsItselfAndStays()
    {
        OnnxWriter.Write(_graph, Most).WriteTo(_folder["net.onnx"], Write);
        using (var place = ModelFile.Read(_folder["net.onnx"], Most).OnDisk())
        {
            place.Path.ShouldBe(_folder["net.onnx"]);
        }

        File.Exists(_folder["net.onnx.data"]).ShouldBeTrue();
    }

    [Fact]
    public void Read_DataGoneSince_SaysWhichFileIsMissing()
    {
        OnnxWriter.Write(_graph, Most).WriteTo(_folder["net.onnx"], Write);
        var file = ModelFile.Read(_folder["net.onnx"], Most);
        File.Delete(_folder["net.onnx.data"]);

        Should.Throw<KernelException>(() => OnnxReader.Read(file, "net.onnx")).Message
            .ShouldContain("keeps its data in the file 'net.onnx.data', which is not there");
    }

    // A branch has constants of its own, and a branch with others in it.
    [Fact]
    public void Write_ConstantsOfBodies_AreApartToo()
    {
        var inner = Branch(0.25f);
        inner.Node.Add(new NodeProto { OpType = "Relu", Input = { "out" }, Output = { "relu" } });
        inner.Output[0].Name = "relu";
        var outer = new GraphProto { Name = "outer", Output = { new ValueInfoProto { Name = "inner" } } };
        outer.Node.Add(new NodeProto { OpType = "Not", Input = { "yes" }, Output = { "no" } });
        outer.Node.Add(If("no", "inner", Branch(3), inner));
        var model = ModelProto.Parser.ParseFrom(OnnxWriter.Write(_graph).Message);
        model.Graph.Initializer.Add(new TensorProto { Name = "yes", DataType = (int)ElementType.Bool, RawData = ByteString.CopyFrom(1) });
        model.Graph.Node[0] = If("yes", "a", outer, Branch(2));
        var graph = OnnxReader.Read(ModelFile.Of(model.ToByteArray()), "m.onnx");
        float[] expected = Run(OnnxWriter.Write(graph));
        var apart = OnnxWriter.Write(graph, Most);
        apart.WriteTo(_folder["net.onnx"], Write);

        apart.Message.Length.ShouldBeLessThan(4096, "three branches have 4096 bytes each");
        apart.Digest.ShouldBe(OnnxWriter.Write(graph).Digest);
        Run(apart).ShouldBe(expected);
        using (var theirs = OrtSession.Open(_folder["net.onnx"], new OrtSessionOptions()))
        {
            Run(theirs).ShouldBe(expected);
        }

        foreach (long most in new[] { Most, long.MaxValue })
        {
            var read = ModelFile.Read(_folder["net.onnx"], most);
            read.Digest.ShouldBe(apart.Digest);
            OnnxWriter.Write(OnnxReader.Read(read, "net.onnx")).Digest.ShouldBe(apart.Digest);
        }

        // As another user's, whose paths are not followed.
        Should.Throw<KernelException>(() => OnnxReader.Read(ModelFile.ReadAlone(_folder["net.onnx"]), "net.onnx")).Message
            .ShouldContain("keeps its data in another file, where one file that holds everything is expected");

        GraphProto Branch(float diagonal)
        {
            var weight = TensorData.FromFloats(
                [Side, Side], [.. Enumerable.Range(0, Side * Side).Select(i => i % (Side + 1) == 0 ? diagonal : 0)]);
            return new GraphProto
            {
                Name = "branch",
                Node = { new NodeProto { OpType = "MatMul", Input = { "x", "own" }, Output = { "out" } } },
                Initializer = { NodeEncoder.Encode(weight, "own") },
                Output = { new ValueInfoProto { Name = "out" } },
            };
        }

        static NodeProto If(string condition, string output, GraphProto then, GraphProto otherwise) => new()
        {
            OpType = "If",
            Input = { condition },
            Output = { output },
            Attribute =
            {
                new AttributeProto { Name = "then_branch", Type = 5, G = then.ToByteString() },
                new AttributeProto { Name = "else_branch", Type = 5, G = otherwise.ToByteString() },
            },
        };
    }

    private static void Write(string path, Action<Stream> write)
    {
        using var to = File.Create(path);
        write(to);
    }

    private static IEnumerable<(string Key, string Value)> Entries(TensorProto tensor) =>
        tensor.ExternalData.Select(entry => StringStringEntryProto.Parser.ParseFrom(entry)).Select(entry => (entry.Key, entry.Value));

    private static float[] Run(ModelFile file)
    {
        using var session = OrtSession.Open(file, new OrtSessionOptions());
        return Run(session);
    }

    private static float[] Run(OrtSession session)
    {
        var input = TensorData.FromFloats([2, Side], [.. Enumerable.Range(0, 2 * Side).Select(i => MathF.Sin(i))]);
        return session.Run([input], ["y"])[0].As<float>().ToArray();
    }

    // w2 ends in the middle of a page.
    private static ModelGraph Graph()
    {
        var random = new Random(3);
        TensorData Numbers(params long[] shape) => TensorData.FromFloats(
            shape, [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (all, size) => all * size)).Select(_ => random.NextSingle() - 0.5f)]);
        return new ModelGraph
        {
            Name = "apart",
            Opset = 13,
            Inputs = [new ValueInfo("x", ElementType.Float, [-1, Side])],
            Outputs = [new ValueInfo("y", ElementType.Float, [-1, Side]), new ValueInfo("z", ElementType.Float, [1025])],
            Nodes =
            [
                new GraphNode("first", "MatMul", ["x", "w1"], ["a"]),
                new GraphNode("bias", "Add", ["a", "small"], ["b"]),
                new GraphNode("second", "MatMul", ["b", "w3"], ["y"]),
                new GraphNode("other", "Neg", ["w2"], ["z"]),
            ],
            Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal)
            {
                ["w1"] = Numbers(Side, Side),
                ["w2"] = Numbers(1025),
                ["w3"] = Numbers(Side, Side),
                ["small"] = Numbers(Side),
            },
        };
    }
}
