namespace Cluster.Export.Tests;

/// <summary>What those who run a network see of it is the same of its quantized file, field by field.</summary>
public sealed class KeptInterfaceTests
{
    private static readonly ModelNotes Notes = new("com.example", 3, "a network", "its graph", [KeyValuePair.Create("stage", "2")]);

    public static TheoryData<string> Small => [.. SmallNetworks.All.Keys];

    [Theory]
    [MemberData(nameof(Small))]
    public void Export_AnyStructure_KeepsAllFields(string name)
    {
        var graph = SmallNetworks.All[name]().Build();
        graph = graph with
        {
            Notes = Notes,
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["names"] = "{0: 'cat'}", ["stride"] = "32" },
            Inputs =
            [
                .. graph.Inputs.Select(input => input with
                {
                    AxisNames = [.. input.Shape.Select((size, axis) => size < 0 ? $"{input.Name}_axis{axis}" : string.Empty)],
                    Notes = new ValueNotes("pixels", "IMAGE", [.. input.Shape.Select((_, axis) => $"AXIS_{axis}")], default),
                }),
            ],
            Outputs = [.. graph.Outputs.Select(output => output with { Notes = ValueNotes.None with { Text = "scores" } })],
        };
        using var net = new Calibrated(Nets.Group(Reread(graph)), Nets.Noise(8, 3, 8, 8, 8));

        RequireKept(Reread(graph), Reread(QdqExporter.Export(net.AllInt8("max"))));
    }

    [Theory]
    [MemberData(nameof(SharedModels.All), MemberType = typeof(SharedModels))]
    public void Export_RealModel_KeepsAllFields(string model)
    {
        var graph = OnnxReader.Read(SharedModels.Path(model));
        using var net = Calibrated.Shared(model, 8, 8);

        RequireKept(graph, Reread(QdqExporter.Export(net.AllInt8("max"))));
    }

    private static ModelGraph Reread(ModelGraph graph) => OnnxReader.Read(OnnxWriter.Write(graph), "written");

    private static void RequireKept(ModelGraph before, ModelGraph after)
    {
        after.Name.ShouldBe(before.Name);
        Text(after.Notes).ShouldBe(Text(before.Notes));
        after.Metadata.Where(entry => !entry.Key.StartsWith("cluster.", StringComparison.Ordinal))
            .OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .ShouldBe(before.Metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal));
        Text(after.Inputs, before.Inputs).ShouldBe(Text(before.Inputs, before.Inputs));
        Text(after.Outputs, before.Outputs).ShouldBe(Text(before.Outputs, before.Outputs));
    }

    private static string Text(ModelNotes notes) =>
        $"{notes.Domain} {notes.Version} {notes.Text} {notes.GraphText} {string.Join(' ', notes.GraphMetadata)}";

    // A batch that the file has fixed is freed, and a shape that it does not state is.
    private static string[] Text(IReadOnlyList<ValueInfo> values, IReadOnlyList<ValueInfo> stated) =>
    [
        .. values.Zip(stated, (value, was) =>
        {
            bool isStated = was.ShapeKnown && was.Shape.Count > 0;
            bool isFree = isStated && was.Shape[0] < 0;
            return $"{value.Name} {value.Type} {value.FileType}"
                + (isStated ? $" [{string.Join(',', value.Shape.Skip(isFree ? 0 : 1))}]" : "")
                + (isFree ? $" {string.Join(',', value.AxisNames)}" : "")
                + $" {value.Notes.Text} {value.Notes.Denotation} {string.Join(',', value.Notes.AxisDenotations)} "
                + Convert.ToHexString(value.Notes.Others.Span);
        }),
    ];
}
