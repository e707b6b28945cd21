namespace Cluster.Networks.Tests.Graphs.Onnx;

/// <summary>What a file says to those who run it comes out as it went in.</summary>
public sealed class FileInterfaceTests
{
    [Fact]
    public void Write_AllThatAFileSays_IsKept()
    {
        var model = TwoTowers();
        model.Domain = "com.example";
        model.ModelVersion = 7;
        model.DocString = "towers";
        model.Graph.DocString = "two of them";
        model.Graph.MetadataProps.Add(new StringStringEntryProto { Key = "stage", Value = "2" });
        model.MetadataProps.Add(new StringStringEntryProto { Key = "names", Value = "{0: 'cat'}" });
        model.MetadataProps.Add(new StringStringEntryProto { Key = "cluster.plan", Value = "p" });
        var query = model.Graph.Input[0];
        query.DocString = "one query a row";
        query.Type.Denotation = "TENSOR";
        query.Type.TensorType.Shape.Dim[0].Denotation = "DATA_BATCH";

        // metadata_props, field 4, of which nothing is read.
        byte[] unit = new StringStringEntryProto { Key = "unit", Value = "cosine" }.ToByteArray();
        query.MergeFrom([(4 << 3) | 2, (byte)unit.Length, .. unit]);

        var written = Written(Read(model));

        (written.Domain, written.ModelVersion, written.DocString).ShouldBe(("com.example", 7, "towers"));
        (written.Graph.DocString, written.Graph.Name).ShouldBe(("two of them", model.Graph.Name));
        written.Graph.MetadataProps.ShouldBe(model.Graph.MetadataProps);
        written.MetadataProps.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .ShouldBe(model.MetadataProps.OrderBy(entry => entry.Key, StringComparer.Ordinal));
        written.Graph.Input.ShouldBe(model.Graph.Input);
        written.Graph.Output.ShouldBe(model.Graph.Output);
    }

    // ONNX Runtime reuses the buffer of one value for another of the same named sizes.
    [Fact]
    public void Normalize_TwoFreeFirstAxes_StayApart()
    {
        var written = Written(GraphNormalizer.Normalize(Read(TwoTowers())));

        Names(written.Graph.Input).ShouldBe(["queries", "gallery"]);
        Names(written.Graph.Output).ShouldBe(["queries", "gallery"]);
    }

    [Fact]
    public void Run_TwoFreeFirstAxesOfOtherSizes_GivesTheRowsOfEach()
    {
        using var session = OrtSession.Open(
            OnnxWriter.Write(GraphNormalizer.Normalize(Read(TwoTowers()))), new OrtSessionOptions { KeepsShapes = true });

        var found = session.RunAll([TensorData.FromFloats([1, 2], [-1, 2]), TensorData.FromFloats([3, 2], [1, -2, 3, -4, 5, -6])]);

        found[0].Value.As<float>().ToArray().ShouldBe([0, 2]);
        found[1].Value.As<float>().ToArray().ShouldBe([1, 0, 3, 0, 5, 0]);
    }

    [Fact]
    public void Normalize_FreeAxesWithoutNames_GetNone()
    {
        var model = TwoTowers();
        foreach (var value in model.Graph.Input.Concat(model.Graph.Output))
        {
            value.Type.TensorType.Shape.Dim[0] = new();
        }

        Names(Written(GraphNormalizer.Normalize(Read(model))).Graph.Input).ShouldBe(["", ""]);
    }

    [Fact]
    public void Normalize_FixedBatchThatIsFreed_HasOneName()
    {
        var model = TwoTowers();
        foreach (var value in model.Graph.Input.Concat(model.Graph.Output))
        {
            value.Type.TensorType.Shape.Dim[0] = new() { DimValue = 1 };
        }

        var written = Written(GraphNormalizer.Normalize(Read(model)));

        Names(written.Graph.Input).ShouldBe(["N", "N"]);
        Names(written.Graph.Output).ShouldBe(["N", "N"]);
    }

    private static string[] Names(IEnumerable<ValueInfoProto> values) =>
        [.. values.Select(value => value.Type.TensorType.Shape.Dim[0].DimParam)];

    private static ModelGraph Read(ModelProto model) => OnnxReader.Read(ModelFile.Of(model.ToByteArray()), "m.onnx");

    private static ModelProto Written(ModelGraph graph) => ModelProto.Parser.ParseFrom(OnnxWriter.Write(graph).Message);

    // queries (queries, 2) -> Relu; gallery (gallery, 2) -> Relu.
    private static ModelProto TwoTowers()
    {
        static ValueInfoProto Value(string name, string axis) => new()
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor
                {
                    ElemType = 1,
                    Shape = new TensorShapeProto
                    {
                        Dim =
                        {
                            new TensorShapeProto.Types.Dimension { DimParam = axis }, new TensorShapeProto.Types.Dimension { DimValue = 2 },
                        },
                    },
                },
            },
        };
        return new ModelProto
        {
            IrVersion = 7,
            ProducerName = "Cluster",
            OpsetImport = { new OperatorSetIdProto { Version = 13 } },
            Graph = new GraphProto
            {
                Name = "towers",
                Input = { Value("q", "queries"), Value("g", "gallery") },
                Output = { Value("a", "queries"), Value("b", "gallery") },
                Node =
                {
                    new NodeProto { Name = "a", OpType = "Relu", Input = { "q" }, Output = { "a" } },
                    new NodeProto { Name = "b", OpType = "Relu", Input = { "g" }, Output = { "b" } },
                },
            },
        };
    }
}
