namespace Cluster.Kernels.Graphs.Passes;

/// <summary>
/// Takes the last state of an LSTM or GRU from its sequence of states: the last step of a forward direction, the first of a backward one.
/// Every node then has one output.
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
        var nodes = new List<GraphNode>(graph.Nodes.Count);
        foreach (GraphNode node in graph.Nodes)
        {
            if (!HasState(node))
            {
                nodes.Add(node);
                continue;
            }

            nodes.Add(node with { Outputs = node.Outputs.Count > 2 ? [node.Output, string.Empty, node.Outputs[2]] : [node.Output] });
            nodes.AddRange(States(node, editor));
        }

        return editor.Build(nodes);
    }

    private static bool HasState(GraphNode node) => node is { OpType: "LSTM" or "GRU", Outputs: [_, { Length: > 0 }, ..] };

    private static IEnumerable<GraphNode> States(GraphNode node, GraphEditor editor)
    {
        string state = node.Outputs[1];
        string direction = node.GetText("direction", "forward");
        if (direction != "bidirectional")
        {
            yield return Step(node.Name + "/state", node.Output, direction == "reverse" ? 0 : -1, state, editor);
            yield break;
        }

        // (time, directions, batch, hidden): each direction's own end.
        string[] ends = [state + "/forward", state + "/backward"];
        for (int i = 0; i < ends.Length; i++)
        {
            yield return Step($"{node.Name}/end{i}", node.Output, i == 0 ? -1 : 0, ends[i] + "/both", editor);
            yield return Part($"{node.Name}/direction{i}", ends[i] + "/both", i, ends[i], editor);
        }

        yield return new GraphNode(node.Name + "/state", "Concat", ends, [state], Axis(0));
    }

    private static GraphNode Step(string name, string input, long index, string output, GraphEditor editor) =>
        Gather(name, input, TensorData.FromInt64([], [index]), output, editor);

    private static GraphNode Part(string name, string input, long index, string output, GraphEditor editor) =>
        Gather(name, input, TensorData.FromInt64([1], [index]), output, editor);

    private static GraphNode Gather(string name, string input, TensorData index, string output, GraphEditor editor) =>
        new(name, "Gather", [input, editor.Add(name + ".index", index)], [output], Axis(0));

    private static Dictionary<string, AttributeValue> Axis(long axis) =>
        new(StringComparer.Ordinal) { ["axis"] = AttributeValue.Of(axis) };
}
