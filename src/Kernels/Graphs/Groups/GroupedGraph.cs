namespace Cluster.Kernels.Graphs.Groups;

/// <summary>A normalised graph with its nodes divided into groups; every node is in exactly one.</summary>
public sealed class GroupedGraph
{
    private readonly Dictionary<string, GraphNode[]> _consumers;
    private readonly Dictionary<string, GraphNode> _producingNode;
    private readonly Dictionary<string, int> _groupOfNode;
    private readonly HashSet<string> _outputs;

    internal GroupedGraph(ModelGraph graph, IReadOnlyList<LayerGroup> groups, NodeRoles roles)
    {
        Graph = graph;
        Groups = groups;
        Roles = roles;
        _outputs = graph.Outputs.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        _groupOfNode = groups
            .SelectMany(group => group.Nodes.Select(node => (node.Name, group.Index)))
            .ToDictionary(pair => pair.Name, pair => pair.Index, StringComparer.Ordinal);
        _producingNode = graph.Producers();
        _consumers = Nodes
            .SelectMany(node => roles.Activations(node).Distinct(StringComparer.Ordinal).Select(input => (input, node)))
            .GroupBy(pair => pair.input, pair => pair.node, StringComparer.Ordinal)
            .ToDictionary(readers => readers.Key, readers => readers.ToArray(), StringComparer.Ordinal);
    }

    /// <summary>The normal graph.</summary>
    public ModelGraph Graph { get; }

    /// <summary>In execution order.</summary>
    public IReadOnlyList<LayerGroup> Groups { get; }

    /// <summary>All nodes in execution order.</summary>
    internal IEnumerable<GraphNode> Nodes => Groups.SelectMany(group => group.Nodes);

    /// <summary>Convolutions and products with constant weights, in execution order.</summary>
    internal IEnumerable<GraphNode> WeightedNodes => Nodes.Where(node => Roles.Of(node) == NodeRole.Weighted);

    /// <summary>The inputs of a run.</summary>
    public IReadOnlyList<ValueInfo> Inputs => Graph.Inputs;

    /// <summary>The outputs of a run; accuracy is measured on the first.</summary>
    public IReadOnlyList<ValueInfo> Outputs => Graph.Outputs;

    /// <summary>The first input; for an image network, the images.</summary>
    public ValueInfo Input => Graph.Inputs[0];

    /// <summary>The first output: the logits.</summary>
    public ValueInfo Output => Graph.Outputs[0];

    internal NodeRoles Roles { get; }

    /// <summary>Group that produces the tensor, -1 for the network's input.</summary>
    public int ProducerGroup(string tensor) => ProducingNode(tensor) is { } node ? GroupOf(node) : -1;

    /// <summary>Whether a node computes in FP32 in every format of its group, because it multiplies nothing in another format.</summary>
    public bool StaysInFloat(GraphNode node) => Roles.Of(node) is not (NodeRole.Weighted or NodeRole.Product);

    /// <summary>The index of the group that a node belongs to.</summary>
    public int GroupOf(GraphNode node) => _groupOfNode[node.Name];

    internal IReadOnlyList<GraphNode> Consumers(string tensor) => _consumers.GetValueOrDefault(tensor, []);

    internal GraphNode? ProducingNode(string tensor) => _producingNode.GetValueOrDefault(tensor);

    internal bool IsOutput(string tensor) => _outputs.Contains(tensor);

    /// <summary>The Relu or Clip that is the tensor's only reader within the same group, if there is one.</summary>
    internal GraphNode? FusedActivation(string tensor)
    {
        var consumers = Consumers(tensor);
        return !IsOutput(tensor) && consumers.Count == 1 && Roles.Of(consumers[0]) == NodeRole.Activation
            && GroupOf(consumers[0]) == ProducerGroup(tensor)
            ? consumers[0]
            : null;
    }
}
