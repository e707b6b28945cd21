namespace Cluster.Networks.Graphs.Groups;

/// <summary>
/// Divides a normalised graph into groups. A weighted node, an LSTM or a Concat begins a group; so does a product of two activations,
/// unless it follows another one, so that both products of an attention are one decision. A factor for each channel, such as a
/// normalization between a Concat and the layer that reads it, belongs to the group before it if that has no weights. A node with one
/// activation input joins its producer's group (so a pooling chain follows what it pools); a residual Add joins the later of its producers.
/// Every group therefore reads only from earlier groups, and groups can be executed one after another.
/// </summary>
public static class GroupFinder
{
    /// <summary>Groups of a normalised graph, in the order in which they execute.</summary>
    /// <exception cref="KernelException">The network does not have exactly one input and one output.</exception>
    public static GroupedGraph Find(ModelGraph graph)
    {
        GraphProblems.Refuse([.. GraphProblems.Ends(graph)]);
        var roles = new NodeRoles(graph);
        var members = new List<List<GraphNode>>();
        var producer = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var node in graph.Nodes)
        {
            var role = roles.Of(node);
            int latest = roles.Activations(node).Select(input => producer.GetValueOrDefault(input, -1)).DefaultIfEmpty(-1).Max();

            // Nodes that compute sizes from the input's sizes do not close a group.
            latest = latest < 0 && role == NodeRole.Float ? members.Count - 1 : latest;
            bool begins = latest < 0
                || role == NodeRole.Recurrent
                || (role == NodeRole.Weighted
                    && (!ChannelFactor.Is(node, graph.Initializers) || HasWeights(members[latest], roles)))
                || (role == NodeRole.Product && roles.Of(members[latest][0]) != NodeRole.Product)
                || (node.OpType == "Concat" && role == NodeRole.Requantizing);
            if (begins)
            {
                members.Add([]);
                latest = members.Count - 1;
            }

            members[latest].Add(node);
            foreach (var output in node.Outputs)
            {
                producer[output] = latest;
            }
        }

        var readers = IntegerReaders.Of(graph, graph.Nodes, roles, _ => false);
        return new GroupedGraph(graph, [.. members.Select((nodes, index) => Describe(index, nodes, roles, readers))], roles);
    }

    private static bool HasWeights(List<GraphNode> nodes, NodeRoles roles) => nodes.Exists(node => roles.Of(node) == NodeRole.Weighted);

    private static LayerGroup Describe(int index, List<GraphNode> nodes, NodeRoles roles, IntegerReaders readers)
    {
        var weighted = nodes.FirstOrDefault(node => roles.Of(node) == NodeRole.Weighted);
        bool canQuantize = nodes.Exists(node => roles.Of(node) is NodeRole.Weighted or NodeRole.Product or NodeRole.Recurrent
            || (roles.Of(node) == NodeRole.Requantizing && readers.Kernels.Contains(node.Output)));
        return new LayerGroup(index, (weighted ?? nodes[0]).Name, nodes, canQuantize, weighted is not null)
        {
            IsRecurrent = roles.Of(nodes[0]) == NodeRole.Recurrent,
        };
    }
}
