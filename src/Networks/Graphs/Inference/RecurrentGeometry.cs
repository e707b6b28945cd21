namespace Cluster.Networks.Graphs.Inference;

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

        return new RecurrentGeometry(directions, hidden, direction == "reverse");
    }

    /// <summary>
    /// Whether it has the form that PyTorch exports: no activations of its own, clipping, coupled gates, peepholes or sequence lengths, and
    /// time before batch.
    /// </summary>
    public static bool IsUsual(GraphNode node)
    {
        const int Lengths = 4;
        const int Peepholes = 7;
        string[] functions = node.OpType == "LSTM" ? ["Sigmoid", "Tanh", "Tanh"] : ["Sigmoid", "Tanh"];
        var stated = node.Attributes.GetValueOrDefault("activations")?.Texts ?? [];
        return stated.Index().All(text => text.Item.Equals(functions[text.Index % functions.Length], StringComparison.OrdinalIgnoreCase))
            && !node.Attributes.ContainsKey("clip") && node.GetInt("input_forget", 0) == 0 && node.GetInt("layout", 0) == 0
            && !node.HasInput(Lengths) && !node.HasInput(Peepholes);
    }
}
