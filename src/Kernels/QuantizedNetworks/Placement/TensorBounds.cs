namespace Cluster.Kernels.QuantizedNetworks.Placement;

/// <summary>
/// Finds a tensor's floor and ceiling by construction: from the activation functions that made it, through moves of elements and joins.
/// </summary>
internal static class TensorBounds
{
    public static ActivationBounds Of(GroupedGraph graph, string tensor)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var parts = Sources(tensor).Select(node => Made(graph, node)).ToArray();
        return new ActivationBounds(
            parts.All(part => part.Floor is not null) ? parts.Min(part => part.Floor) : null,
            parts.All(part => part.Ceiling is not null) ? parts.Max(part => part.Ceiling) : null);

        IEnumerable<GraphNode?> Sources(string value) =>
            graph.ProducingNode(value) is not { } node ? [null]
            : graph.Roles.Of(node) is NodeRole.ScalePreserving || (node.OpType == "Concat" && graph.Roles.Of(node) is NodeRole.Requantizing)
                ? graph.Roles.Activations(node).Take(node.OpType == "Concat" ? int.MaxValue : 1).Where(seen.Add).SelectMany(Sources)
            : [node];
    }

    private static ActivationBounds Made(GroupedGraph graph, GraphNode? node) => node?.OpType switch
    {
        "Relu" => new ActivationBounds(0, null),
        "Clip" => new ActivationBounds(ClipEnd(graph, node, 1), ClipEnd(graph, node, 2)),
        "Sigmoid" or "HardSigmoid" or "Softmax" => new ActivationBounds(0, 1),
        _ => ActivationBounds.None,
    };

    private static float? ClipEnd(GroupedGraph graph, GraphNode clip, int input) =>
        clip.HasInput(input) && graph.Graph.Initializers.TryGetValue(clip.Inputs[input], out var value) ? value.As<float>()[0] : null;
}
