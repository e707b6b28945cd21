namespace Cluster.Networks.Graphs.Inference;

/// <summary>
/// What ONNX Runtime finds out only when it runs a node: its inference takes the shapes of these operators as they are (ADR 53).
/// </summary>
internal static class FittingShapes
{
    /// <param name="shapes">Of all values; -1 is unknown.</param>
    /// <param name="types">Of all values.</param>
    /// <exception cref="KernelException">The shapes of inputs do not fit, or an output has too many elements, or none.</exception>
    public static void Require(
        GraphNode node, IReadOnlyDictionary<string, long[]> shapes, IReadOnlyDictionary<string, ElementType> types)
    {
        if (node.Values.FirstOrDefault(value => !shapes[value].Contains(-1)
            && (ShapeMath.Count(shapes[value]) is null || (shapes[value].Contains(0) && types[value] == ElementType.Float))) is { } unusual)
        {
            throw node.Error(
                $"has an output of shape {ShapeMath.Text(shapes[unusual])}; expected positive sizes and fewer than 2^31 elements.");
        }

        if (node.Domain.Length == 0 && Misfit(node, [.. node.Inputs.Select(input => Known(shapes, input))], Known(shapes, node.Output))
            is { } misfit)
        {
            throw node.Error(misfit);
        }

        RequireWindow(node, shapes);
    }

    // Inference takes a window that is larger than its input for an unknown size.
    private static void RequireWindow(GraphNode node, IReadOnlyDictionary<string, long[]> shapes)
    {
        if (node is { Domain: "", OpType: "Conv" or "MaxPool" or "AveragePool" } && node.GetText("auto_pad", "NOTSET") == "NOTSET"
            && Known(shapes, node.Inputs[0]) is { Length: > 2 } input
            && (node.OpType == "Conv" ? Known(shapes, node.Inputs[1]) : input) is { } weight)
        {
            var window = WindowGeometry.Of(node, node.OpType == "Conv" ? weight[2..] : null, input.AsSpan(2));
            for (int axis = 0; axis < window.Rank; axis++)
            {
                window.Positions(node, axis, input[2 + axis], ceil: false);
            }
        }
    }

    // Null: nothing is known.
    private static long[]? Known(IReadOnlyDictionary<string, long[]> shapes, string name) =>
        shapes.TryGetValue(name, out long[]? shape) && shape.Length > 0 && !shape.Contains(-1) ? shape : null;

    private static string? Misfit(GraphNode node, long[]?[] read, long[]? output) => (node.OpType, read) switch
    {
        ("Conv" or "ConvTranspose", [{ } input, { } weight, ..]) when !Fits(node, input, weight) =>
            $"combines an input {ShapeMath.Text(input)} with a weight {ShapeMath.Text(weight)} in {node.GetInt("group", 1)} groups; their "
            + "channels or ranks do not fit.",
        ("Reshape", [{ } input, ..]) when output is not null && ShapeMath.Count(input) != ShapeMath.Count(output) =>
            $"turns {ShapeMath.Text(input)} into {ShapeMath.Text(output)}; the numbers of elements differ.",
        _ => null,
    };

    // (N, C, spatial) with (O, C/g, kernel), or transposed with (C, O/g, kernel).
    private static bool Fits(GraphNode node, long[] input, long[] weight) =>
        node.GetInt("group", 1) is >= 1 and <= int.MaxValue and var groups && input.Length >= 3 && input.Length == weight.Length
        && (node.OpType == "ConvTranspose" ? weight[0] : weight[1] * groups) == input[1] && weight[0] % groups == 0;
}
