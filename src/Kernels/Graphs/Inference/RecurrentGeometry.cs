namespace Cluster.Kernels.Graphs.Inference;

/// <summary>The form of an LSTM or a GRU.</summary>
/// <param name="Directions">1, or 2 for a bidirectional one.</param>
/// <param name="Hidden">Size of the state.</param>
/// <param name="IsReversed">Whether the only direction runs from the end to the beginning.</param>
internal sealed record RecurrentGeometry(long Directions, long Hidden, bool IsReversed)
{
    private const int MostDirections = 2;

    /// <param name="recurrence">Shape of the weight of the state: (directions, gates hidden, hidden).</param>
    public static RecurrentGeometry Of(GraphNode node, long[] recurrence)
    {
        string direction = node.GetText("direction", "forward");
        long hidden = node.GetInt("hidden_size", recurrence is [_, _, var size] ? size : 0);
        long gates = node.OpType == "LSTM" ? 4 : 3;
        long directions = direction == "bidirectional" ? MostDirections : 1;
        if (recurrence is not [var count, var rows, var columns] || count != directions || rows != gates * hidden || columns != hidden)
        {
            throw node.Error(
                $"has a recurrence weight of shape {ShapeMath.Text(recurrence)}, which does not fit {direction} and a state of {hidden}.");
        }

        string[] unusual = [.. Unusual(node, (int)directions)];
        return unusual.Length == 0
            ? new RecurrentGeometry(directions, hidden, direction == "reverse")
            : throw node.Error(
                $"has {string.Join(", ", unusual)}, which {(unusual.Length == 1 ? "is" : "are")} not supported; supported is the form that "
                + "PyTorch exports.");
    }

    // Features of the definition that are not supported here.
    private static IEnumerable<string> Unusual(GraphNode node, int directions)
    {
        const int Lengths = 4;
        const int Peepholes = 7;
        bool isLstm = node.OpType == "LSTM";
        string[] functions = isLstm ? ["Sigmoid", "Tanh", "Tanh"] : ["Sigmoid", "Tanh"];
        (bool Has, string What)[] forms =
        [
            (node.Attributes.GetValueOrDefault("activations")?.Texts is { } stated
                && !stated.SequenceEqual(
                    Enumerable.Repeat(functions, directions).SelectMany(names => names), StringComparer.OrdinalIgnoreCase),
                "activations of its own"),
            (node.Attributes.ContainsKey("clip"), "clipping"),
            (node.GetInt("input_forget", 0) != 0, "coupled gates (input_forget)"),
            (node.GetInt("layout", 0) != 0, "layout 1"),
            (node.HasInput(Lengths), "sequence lengths"),
            (isLstm && node.HasInput(Peepholes), "peepholes"),
        ];
        return forms.Where(form => form.Has).Select(form => form.What);
    }

    /// <summary>(time, directions, batch, hidden)</summary>
    public static long[] Shape(ShapeContext context)
    {
        long[] input = context.Shape(0);
        var layer = Of(context.Node, context.Shape(2));
        return input is [var time, var batch, var features] && context.Shape(1) is [_, _, var expected] && features == expected
            ? [time, layer.Directions, batch, layer.Hidden]
            : throw context.Node.Error(
                $"reads {ShapeMath.Text(input)} with a weight of {ShapeMath.Text(context.Shape(1))}; expected (time, batch, features).");
    }
}
