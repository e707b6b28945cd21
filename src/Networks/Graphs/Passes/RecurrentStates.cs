namespace Cluster.Networks.Graphs.Passes;

/// <summary>
/// Takes the last state of an LSTM or GRU from its sequence of states: the last step of a forward direction, the first of a backward one.
/// One whose cell state is read as well keeps its outputs: ONNX Runtime executes it.
/// </summary>
internal static class RecurrentStates
{
    public static ModelGraph Apply(ModelGraph graph)
    {
        if (!graph.Nodes.Any(HasState))
        {
            return graph;
        }

        var editor = new GraphEditor(graph);
        return editor.Build(graph.Nodes.SelectMany(node =>
            HasState(node) ? [WithoutState(node), .. States(node, editor)] : new[] { node }));
    }

    private static GraphNode WithoutState(GraphNode node) =>
        node with { Outputs = [node.Output] };

    private static bool HasState(GraphNode node) =>
        node is { OpType: "LSTM" or "GRU", Outputs: [_, { Length: > 0 }] or [_, { Length: > 0 }, ""] } && RecurrentGeometry.IsUsual(node);

    private static IEnumerable<GraphNode> States(GraphNode node, GraphEditor editor)
    {
        string state = node.Outputs[1];
        string direction = node.GetText("direction", "forward");
        if (direction != "bidirectional")
        {
            yield return Gather(
                node.Name + "/state", node.Output, TensorData.FromInt64([], [direction == "reverse" ? 0 : -1]), state, editor);
            yield break;
        }

        // (time, directions, batch, hidden): each direction's own end.
        string[] ends = [editor.Names.Value(state + "/forward"), editor.Names.Value(state + "/backward")];
        for (int i = 0; i < ends.Length; i++)
        {
            string both = editor.Names.Value(ends[i] + "/both");
            yield return Gather($"{node.Name}/end{i}", node.Output, TensorData.FromInt64([], [i == 0 ? -1 : 0]), both, editor);
            yield return Gather($"{node.Name}/direction{i}", both, TensorData.FromInt64([1], [i]), ends[i], editor);
        }

        yield return new GraphNode(editor.Names.Node(node.Name + "/state"), "Concat", ends, [state], ("axis", AttributeValue.Of(0L)));
    }

    private static GraphNode Gather(string name, string input, TensorData index, string output, GraphEditor editor) =>
        new(editor.Names.Node(name), "Gather", [input, editor.Add(name + ".index", index)], [output], ("axis", AttributeValue.Of(0L)));
}
