namespace Cluster.Kernels.Graphs.Inference;

/// <summary>The form of an LSTM or a GRU.</summary>
/// <param name="Directions">1, or 2 for one that reads both ways.</param>
/// <param name="Hidden">Size of the state.</param>
/// <param name="IsReversed">Whether the only direction is from the end to the beginning.</param>
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

        string[] functions = node.OpType == "LSTM" ? ["Sigmoid", "Tanh", "Tanh"] : ["Sigmoid", "Tanh"];
        IEnumerable<string> usual = Enumerable.Repeat(functions, (int)directions).SelectMany(names => names);
        bool isUsual = node.Attributes.GetValueOrDefault("activations")?.Texts is not { } stated
            || stated.SequenceEqual(usual, StringComparer.OrdinalIgnoreCase);
        if (!isUsual || node.Attributes.ContainsKey("clip") || node.GetInt("input_forget", 0) != 0 || node.GetInt("layout", 0) != 0
            || node.HasInput(4) || node.HasInput(7) || (node.OpType == "GRU" && node.GetInt("linear_before_reset", 0) == 0))
        {
            throw node.Error(
                "has activations of its own, clipping, coupled gates, sequence lengths, peepholes or layout 1, or is a GRU with "
                + "linear_before_reset 0; supported is the form that PyTorch exports.");
        }

        return new RecurrentGeometry(directions, hidden, direction == "reverse");
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
