namespace Cluster.Networks.Graphs.Passes.Forms;

/// <summary>
/// Writes out what a Resize of opset 18 states of some axes for all of them: where ONNX Runtime changes the layout for integer kernels, it
/// forgets which axes they were. A node that keeps the aspect ratio stays, as its scale follows from these axes alone.
/// </summary>
internal static class ResizeAxes
{
    private const int Region = 1;
    private const int Scales = 2;
    private const int Sizes = 3;

    public static ModelGraph Apply(ModelGraph graph)
    {
        if (!graph.Nodes.Any(IsNamed))
        {
            return graph;
        }

        var shapes = ShapePropagation.Probe(graph).Shapes;
        var editor = new GraphEditor(graph);
        return editor.Build(graph.Nodes.SelectMany(node =>
            IsNamed(node) && shapes[node.Inputs[0]] is { Length: > 0 } shape ? Written(node, shape.Length, editor) : [node]).ToArray());
    }

    private static bool IsNamed(GraphNode node) => node is { OpType: "Resize", Domain: "" }
        && node.GetInts("axes") is { Count: > 0 }
        && node.GetText("keep_aspect_ratio_policy", "stretch") == "stretch";

    // Constant folding joins what does not depend on free sizes.
    private static IEnumerable<GraphNode> Written(GraphNode node, int rank, GraphEditor editor)
    {
        int[] axes = [.. node.GetInts("axes")!.Select(axis => ShapeMath.Axis(axis, rank)
            ?? throw node.Error($"names the axis {axis}, which it lacks."))];
        var written = node.Without("axes") with { Inputs = [node.Inputs[0]] };
        var nodes = new List<GraphNode>();
        if (IsGiven(Region) && node.GetText("coordinate_transformation_mode", string.Empty) == "tf_crop_and_resize")
        {
            float[] all = [.. new float[rank], .. Enumerable.Repeat(1f, rank)];
            Join(Region, editor.Add($"{node.Name}.region", TensorData.FromFloats([all.Length], all)));
        }

        if (IsGiven(Scales))
        {
            float[] all = [.. Enumerable.Repeat(1f, rank)];
            Join(Scales, editor.Add($"{node.Name}.scales", TensorData.FromFloats([rank], all)));
        }
        else if (IsGiven(Sizes))
        {
            string all = editor.Names.Value($"{node.Name}.size");
            nodes.Add(new GraphNode(editor.Names.Node($"{node.Name}/size"), "Shape", [node.Inputs[0]], [all]));
            Join(Sizes, all);
        }

        return [.. nodes, written];

        // Absent is also what has no elements.
        bool IsGiven(int input) => node.HasInput(input) && editor.Constant(node, input) is not { Count: 0 };

        // A region has an end for each axis, behind the beginnings.
        void Join(int input, string all)
        {
            int parts = input == Region ? 2 : 1;
            long[] places =
            [
                .. Enumerable.Range(0, parts * rank).Select(place => Array.LastIndexOf(axes, place % rank) is >= 0 and var named
                    ? (long)(parts * rank) + (place / rank * axes.Length) + named
                    : place),
            ];
            string joined = editor.Names.Value($"{node.Name}.joined{input}");
            string chosen = editor.Names.Value($"{node.Name}.all{input}");
            nodes.Add(new GraphNode(
                editor.Names.Node($"{node.Name}/joined{input}"),
                "Concat",
                [all, node.Inputs[input]],
                [joined],
                ("axis", AttributeValue.Of(0))));
            nodes.Add(new GraphNode(
                editor.Names.Node($"{node.Name}/all{input}"),
                "Gather",
                [joined, editor.Add($"{node.Name}.places{input}", TensorData.FromInt64([places.Length], places))],
                [chosen]));
            written = written.WithInput(input, chosen);
        }
    }
}
