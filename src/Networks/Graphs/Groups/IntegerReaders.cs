namespace Cluster.Networks.Graphs.Groups;

/// <summary>The tensors, none of them the network's output, that some reader takes directly or through moves of elements.</summary>
/// <param name="Kernels">
/// By a reader that has an integer kernel. Products of activations do not count: while their group is in float they read the layer's real
/// output, not its codes. Once it is quantized, the runtime moves their Q to the layer.
/// </param>
/// <param name="Requantizing">By a sum, a product, a join or a pooling, whether it has an integer kernel or not.</param>
/// <param name="Leading">
/// By a node from which an integer kernel follows, next or after nodes in float such as a LeakyRelu, a gate or a resize; products of
/// activations count.
/// </param>
internal sealed record IntegerReaders(IReadOnlySet<string> Kernels, IReadOnlySet<string> Requantizing, IReadOnlySet<string> Leading)
{
    /// <summary>
    /// Whether a convolution writes codes to the tensor: it has an integer kernel only if it does. What leads to the network's output alone
    /// stays in float instead, and the convolution with it.
    /// </summary>
    public bool AreCodes(string tensor) => Kernels.Contains(tensor) || Requantizing.Contains(tensor) || Leading.Contains(tensor);

    /// <param name="nodes">In execution order.</param>
    /// <param name="isFloat">Which nodes have no integer kernel whatever their role.</param>
    public static IntegerReaders Of(ModelGraph graph, IEnumerable<GraphNode> nodes, NodeRoles roles, Func<GraphNode, bool> isFloat)
    {
        var outputs = graph.Outputs.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var kernels = new HashSet<string>(StringComparer.Ordinal);
        var requantizing = new HashSet<string>(StringComparer.Ordinal);
        var leading = new HashSet<string>(StringComparer.Ordinal);

        // Backwards: a sum or a join has an integer kernel only if its codes are read.
        foreach (var node in nodes.Reverse())
        {
            var role = roles.Of(node);
            string[] inputs = [.. roles.Activations(node).Where(input => !outputs.Contains(input))];
            bool isMove = role is NodeRole.ScalePreserving or NodeRole.Activation;
            if (!isFloat(node)
                && (role == NodeRole.Weighted || ((isMove || role == NodeRole.Requantizing) && kernels.Contains(node.Output))))
            {
                kernels.UnionWith(inputs);
            }

            if (role == NodeRole.Product || node.Outputs.Any(output => kernels.Contains(output) || leading.Contains(output)))
            {
                leading.UnionWith(inputs);
            }

            if (role == NodeRole.Requantizing || (isMove && requantizing.Contains(node.Output)))
            {
                requantizing.UnionWith(inputs);
            }
        }

        return new IntegerReaders(kernels, requantizing, leading);
    }
}
