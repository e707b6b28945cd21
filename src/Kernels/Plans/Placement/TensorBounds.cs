namespace Cluster.Kernels.Plans.Placement;

/// <summary>
/// Finds a tensor's floor and ceiling by construction: from the activation function that made it, through moves of elements.
/// </summary>
internal static class TensorBounds
{
    public static ActivationBounds Of(GroupedGraph graph, string tensor)
    {
        var node = graph.ProducingNode(tensor);
        return node?.OpType switch
        {
            "Relu" => new ActivationBounds(0, null),
            "Clip" => new ActivationBounds(ClipEnd(graph, node, 1), ClipEnd(graph, node, 2)),
            "Sigmoid" or "HardSigmoid" or "Softmax" => new ActivationBounds(0, 1),
            _ when node is not null && graph.Roles.Of(node) == NodeRole.ScalePreserving => Of(graph, graph.Roles.Activations(node).First()),
            _ => ActivationBounds.None,
        };
    }

    private static float? ClipEnd(GroupedGraph graph, GraphNode clip, int input) =>
        clip.HasInput(input) && graph.Graph.Initializers.TryGetValue(clip.Inputs[input], out var value) ? value.As<float>()[0] : null;
}
