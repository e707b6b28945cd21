using Cluster.Export.Forms;

namespace Cluster.Evaluation.SingleSteps.Inspect;

/// <summary>Reads a file and describes its content, as far as it is understood.</summary>
public static class ModelInspector
{
    /// <summary>Inspects one file.</summary>
    /// <exception cref="NotFoundException">The file does not exist.</exception>
    /// <exception cref="KernelException">It is not an ONNX file that can be read.</exception>
    public static InspectReport Inspect(string path, bool withNodes, GivenInputs? given = null)
    {
        if (!File.Exists(path))
        {
            throw new NotFoundException($"There is no model file {path}: give the path of an ONNX network.");
        }

        var content = OnnxReader.ReadFile(path);
        var file = OnnxReader.Read(content, path);
        if (given?.Set is { Count: > 0 } set)
        {
            file = OnnxReader.Read(OnnxWriter.Write(BoundInputs.Apply(file, set)), path);
        }

        var report = new InspectReport
        {
            Model = path,
            Sha256 = content.Digest,
            SizeBytes = content.Length,
            Opset = file.Opset,
            Inputs = [.. file.Inputs.Select(Describe)],
            Outputs = [.. file.Outputs.Select(Describe)],
            Batch = file.Inputs is [{ Shape: [> 0 and var batch, ..] }, ..] ? $"fixed at {batch}" : "dynamic",
            Operators = Count(file),
            Normalised = new Dictionary<string, int>(StringComparer.Ordinal),
            Metadata = file.Metadata.Count == 0 ? null : file.Metadata,
            Problems = [],
        };
        try
        {
            return Seen(report, file, given ?? GivenInputs.None, withNodes);
        }
        catch (KernelException failure)
        {
            return report with { Problems = [failure.Message] };
        }
    }

    private static InspectReport Seen(InspectReport report, ModelGraph file, GivenInputs given, bool withNodes)
    {
        var packed = WeightOnlyGraph.Is(file) ? new WeightOnlyGraph(file) : null;
        var unpacked = packed?.Float ?? file;
        var integers = IntegerGraph.Is(unpacked) ? new IntegerGraph(unpacked) : null;
        var quantized = integers is null && QdqGraph.Is(unpacked) ? new QdqGraph(unpacked) : null;
        report = report with { Quantization = integers?.Summary ?? quantized?.Summary };
        var plain = integers?.Float ?? quantized?.Float ?? unpacked;
        if (GraphProblems.Of(plain) is { Count: > 0 } problems)
        {
            return report with { Problems = problems };
        }

        KernelException? first = null;
        foreach (var sized in FreeInputs.Assumed(plain, given))
        {
            try
            {
                return WithGroups(
                    report, sized, node => packed?.Format(node) ?? integers?.Format(node) ?? quantized?.Format(node), withNodes);
            }
            catch (KernelException failure)
            {
                // Of sizes that are guessed the next may fit.
                first ??= failure;
            }
        }

        bool isAssumed = given.Shapes.Count == 0 && plain.Inputs.Any(input => input.Shape.Skip(1).Contains(-1));
        return report with
        {
            Problems =
            [
                first!.Message + (isAssumed
                    ? $" Sizes that the file leaves free were assumed, {FreeInputs.AssumedSizes}, and none fits: give --shape."
                    : string.Empty),
            ],
        };
    }

    private static InspectReport WithGroups(InspectReport report, ModelGraph file, Func<GraphNode, string?> format, bool withNodes)
    {
        (file, var grouped) = NetworkFile.Taken(
            file, () => FreeInputs.Outputs(null, OnnxWriter.Write(file), report.Model, file, 2) is not null);
        var graph = grouped.Graph;
        report = report with
        {
            Widened = graph.Widened?.ToString().ToLowerInvariant(),
            Normalised = Difference(Count(file), Count(graph)),
            Batch = graph.FixedBatch is { } batch ? $"fixed at {batch}, free after normalisation"
                : graph.Inputs.Concat(grouped.Outputs).Any(value => value.Shape is not [-1, ..])
                ? OneAtATime(file, graph, grouped)
                : report.Batch,
            Executed = grouped.Executed,
            Counted = [.. NetworkFile.CountedOutputs(grouped, ShapeInference.Infer(graph, 1))],
            Assumed = file.Inputs.Any(input => input.FreeAxes.Count > 0)
                ? string.Join(", ", file.Inputs.Select(input => $"{input.Name} [{string.Join(", ", input.Shape.Skip(1))}]"))
                : null,
        };
        var summary = GraphSummary.Of(graph);
        IEnumerable<long> BySample(IReadOnlyList<long> shape) => graph.TakesOneSample ? SampleTurns.BySample([.. shape]) : shape;
        var nodes = summary.Nodes.ToDictionary(node => node.Name, StringComparer.Ordinal);
        return report with
        {
            Parameters = summary.Parameters,
            Macs = summary.MultiplyAccumulates,
            Padded = report.Quantization is null ? FreeChannels.Of(graph) : [],
            Groups = [.. Shown(grouped).Select(group => new InspectGroup(
                group.Index,
                group.Name,
                [.. group.Nodes.Select(node => node.OpType)],
                [.. BySample(nodes[group.Nodes[^1].Name].OutputShape).Skip(1)],
                group.Nodes.Sum(node => nodes[node.Name].MultiplyAccumulates),
                group.Nodes.Sum(node => nodes[node.Name].Parameters),
                group.CanQuantize,
                group.CanQuantize
                    ? null
                    : "no integer kernel for "
                        + $"{string.Join(", ", group.Nodes.Select(node => node.OpType).Distinct(StringComparer.Ordinal))}",
                Format(group, node => nodes[node.Name].MultiplyAccumulates > 0, format),
                withNodes ? [.. group.Nodes.Select(node => new InspectNode(node.Name, node.OpType, format(node)))] : null))],
        };
    }

    // Of a file in fast forms those of its layers.
    private static IEnumerable<LayerGroup> Shown(GroupedGraph grouped) =>
        grouped.Groups.Where(group => !group.Nodes.All(node => FormNames.Prepares(node.Name)));

    private static string OneAtATime(ModelGraph file, ModelGraph graph, GroupedGraph grouped)
    {
        long batch = graph.Inputs[0].Shape is [var first, _, ..] ? first : 0;
        string turns = batch > 1 && graph.Inputs.Concat(grouped.Outputs).All(value => value.Shape is [var size, _, ..] && size == batch)
            ? $"fixed at {batch}, which are run together as one sample"
            : "not free: one sample at a time";
        return GraphNormalizer.FixingBatch(file) is { } fixing ? $"{turns}; tried with more: {fixing}" : turns;
    }

    // The multiplying nodes decide, and the node that gives the group its name: a Relu between a convolution and its Q always reads float.
    private static string? Format(LayerGroup group, Func<GraphNode, bool> multiplies, Func<GraphNode, string?> format)
    {
        string[] found =
        [
            .. group.Nodes.Where(node => node.Name == group.Name || multiplies(node)).Select(format).OfType<string>()
                .Distinct(StringComparer.Ordinal),
        ];
        return found.Length == 0 ? null : string.Join(" + ", found);
    }

    private static InspectValue Describe(ValueInfo value) => new(value.Name, value.Type.ToString().ToLowerInvariant(), value.Shape)
    {
        AxisNames = value.AxisNames.Any(name => name.Length > 0) ? value.AxisNames : null,
    };

    private static Dictionary<string, int> Count(ModelGraph graph) => graph.Nodes
        .CountBy(node => node.OpType, StringComparer.Ordinal)
        .OrderBy(nodes => nodes.Key, StringComparer.Ordinal)
        .ToDictionary(StringComparer.Ordinal);

    private static Dictionary<string, int> Difference(
        Dictionary<string, int> before, Dictionary<string, int> after) =>
        before.Keys.Union(after.Keys, StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(name => (name, Change: after.GetValueOrDefault(name) - before.GetValueOrDefault(name)))
            .Where(pair => pair.Change != 0)
            .ToDictionary(pair => pair.name, pair => pair.Change, StringComparer.Ordinal);
}

/// <summary>
/// A file with weights of products in codes seen as the float network that it represents: products read float constants of the same shape
/// (their values do not matter here).
/// </summary>
internal sealed class WeightOnlyGraph
{
    private readonly Dictionary<string, int> _bits = new(StringComparer.Ordinal);

    /// <exception cref="Networks.KernelException">Attributes and codes of a node do not fit together.</exception>
    public WeightOnlyGraph(ModelGraph file)
    {
        var constants = new Dictionary<string, TensorData>(file.Initializers, StringComparer.Ordinal);
        var nodes = new List<GraphNode>();
        foreach (var node in file.Nodes)
        {
            if (!IsProduct(node))
            {
                nodes.Add(node);
                continue;
            }

            var weights = PackedWeights.Of(node, file);
            constants[weights.Codes] = new TensorData(
                ElementType.Float, weights.Shape, new byte[checked(weights.Count * sizeof(float))]);
            _bits[weights.Codes] = weights.Bits;
            nodes.AddRange(weights.Unpacked());
        }

        Float = file with { Nodes = nodes, Initializers = constants };
    }

    /// <summary>The graph without such products.</summary>
    public ModelGraph Float { get; }

    public static bool Is(ModelGraph graph) => graph.Nodes.Any(IsProduct);

    /// <summary>The type of the node's weights: "int4 weights", or null for a node that reads no such weights.</summary>
    public string? Format(GraphNode node) =>
        node.Inputs.Where(_bits.ContainsKey).Select(name => $"int{_bits[name]} weights").FirstOrDefault();

    private static bool IsProduct(GraphNode node) => node is { Domain: WeightOnlyNodes.Domain, OpType: WeightOnlyNodes.Product };
}
