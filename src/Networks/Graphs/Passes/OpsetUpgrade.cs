using Cluster.Networks.Graphs.Passes.Forms;

namespace Cluster.Networks.Graphs.Passes;

/// <summary>
/// Rewrites operators of opsets 7 to 12 in the form of opset 13, in which some attributes have become inputs. Newer graphs keep their opset
/// up to 21, which more runtimes read: those after it changed no operator that <see cref="OperatorCatalog"/> lists. A graph with other
/// operators keeps its opset.
/// </summary>
internal static class OpsetUpgrade
{
    public const int Target = 13;

    private const int Newest = 21;

    public static ModelGraph Apply(ModelGraph graph)
    {
        if (graph.Opset >= Target)
        {
            bool isListed = graph.Nodes.All(node => node.Domain.Length == 0 && OperatorCatalog.Entries.ContainsKey(node.OpType)
                    && node.GetInt("to", 0) <= (long)ElementType.Int4)
                && graph.Initializers.Values.All(constant => constant.Type <= ElementType.Int4);
            return isListed ? graph with { Opset = Math.Min(graph.Opset, Newest) } : graph;
        }

        return Upgraded(graph) with { Opset = Target };
    }

    private static ModelGraph Upgraded(ModelGraph graph)
    {
        var editor = new GraphEditor(graph);

        // Opset 11 states what is absent as a tensor without elements.
        var empty = graph.Initializers.Where(pair => pair.Value.Count == 0).Select(pair => pair.Key)
            .Concat(graph.Inputs.Where(input => input.Shape is [0]).Select(input => input.Name)).ToHashSet(StringComparer.Ordinal);
        return editor.Build(graph.Nodes.Select(node => Upgrade(
            Present(node.WithBodies((body, name) => BodyDecoder.Rewritten(
                body, name, graph.Opset, inner => SoftmaxUpgrade.Joined(Upgraded(inner)), type => type))),
            graph.Opset,
            editor)));

        GraphNode Present(GraphNode node) => node.OpType != "Resize" ? node
            : node with { Inputs = [.. node.Inputs.Select(input => empty.Contains(input) ? string.Empty : input)] };
    }

    private static GraphNode Upgrade(GraphNode node, int opset, GraphEditor editor) => node.OpType switch
    {
        "Clip" when opset < 11 => FloatInput(FloatInput(node, "min", 1, editor), "max", 2, editor),
        "Slice" when opset < 10 => IntsInput(IntsInput(IntsInput(node, "starts", 1, editor), "ends", 2, editor), "axes", 3, editor),
        "Pad" when opset < 11 => FloatInput(IntsInput(node, "pads", 1, editor), "value", 2, editor),
        "Upsample" => Upsample(node, editor),
        "Resize" when opset < 11 =>
            Resize(node with { Inputs = [node.Inputs[0], string.Empty, node.Input(1) ?? string.Empty] }, editor),
        "Split" => IntsInput(node, "split", 1, editor),
        "TopK" when node.GetInt("k", -1) is >= 0 and var count => node.Without("k")
            .WithInput(1, editor.Add($"{node.Name}.k", TensorData.FromInt64([1], [count]))),
        "Scan" when opset < 9 => throw node.Error(
            "has a batch of its own (opset 8), which newer versions do not have; export the network at opset 9 or newer."),
        "Scatter" => node with { OpType = "ScatterElements" },
        "ReduceSum" or "Squeeze" or "Unsqueeze" => IntsInput(node, "axes", 1, editor),
        "Dropout" => node.Without("ratio", "seed"),
        "BatchNormalization" when node.GetInt("spatial", 1) == 0 => throw node.Error(
            "normalises every position on its own (spatial 0), which is not supported; export the network at opset 9 or newer."),
        "BatchNormalization" => node.Without("spatial"),
        _ => node,
    };

    // Scales are an attribute up to opset 8, then an input.
    private static GraphNode Upsample(GraphNode node, GraphEditor editor)
    {
        string scales = node.Attributes.GetValueOrDefault("scales")?.Floats is { } stated
            ? editor.Add($"{node.Name}.scales", TensorData.FromFloats([stated.Count], [.. stated]))
            : node.Input(1) ?? string.Empty;
        return Resize(
            (node with { OpType = "Resize", Inputs = [node.Inputs[0], string.Empty, scales] }).Without("scales"), editor);
    }

    // Before opset 11 coordinates were divided by the scale; the nearest element was the one before when enlarging, the one after when
    // reducing (as in ONNX Runtime).
    private static GraphNode Resize(GraphNode node, GraphEditor editor)
    {
        bool reduces = editor.Constant(node, 2) is { Type: ElementType.Float } scales
            && scales.As<float>().ToArray().Any(scale => scale < 1);
        return node
            .With("coordinate_transformation_mode", AttributeValue.Of("asymmetric"))
            .With("nearest_mode", AttributeValue.Of(reduces ? "ceil" : "floor"));
    }

    private static GraphNode IntsInput(GraphNode node, string attribute, int input, GraphEditor editor) =>
        node.GetInts(attribute) is { } values
            ? Moved(node, attribute, input, TensorData.FromInt64([values.Count], [.. values]), editor)
            : node;

    private static GraphNode FloatInput(GraphNode node, string attribute, int input, GraphEditor editor) =>
        node.Attributes.GetValueOrDefault(attribute)?.Float is { } value
            ? Moved(node, attribute, input, TensorData.FromFloats([], [value]), editor)
            : node;

    private static GraphNode Moved(GraphNode node, string attribute, int input, TensorData value, GraphEditor editor) =>
        node.Without(attribute).WithInput(input, editor.Add($"{node.Name}.{attribute}", value));
}
