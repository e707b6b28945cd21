namespace Cluster.Kernels.Graphs.Groups;

/// <summary>A normalised graph with its nodes divided into groups; every node is in exactly one.</summary>
public sealed class GroupedGraph
{
    private readonly Dictionary<string, int> _producer = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<GraphNode>> _consumers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GraphNode> _producingNode = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _groupOfNode = new(StringComparer.Ordinal);
    private readonly HashSet<string> _outputs;

    internal GroupedGraph(ModelGraph graph, IReadOnlyList<LayerGroup> groups, NodeRoles roles)
    {
        Graph = graph;
        Groups = groups;
        Roles = roles;
        _outputs = graph.Outputs.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var group in groups)
        {
            foreach (var node in group.Nodes)
            {
                Index(group, node);
            }
        }
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
    public int ProducerGroup(string tensor) => _producer.GetValueOrDefault(tensor, -1);

    /// <summary>Whether a node computes in FP32 in every format of its group, because it multiplies nothing in another format.</summary>
    public bool StaysInFloat(GraphNode node) => Roles.Of(node) is not (NodeRole.Weighted or NodeRole.Product);

    /// <summary>The index of the group that a node belongs to.</summary>
    public int GroupOf(GraphNode node) => _groupOfNode[node.Name];

    internal IReadOnlyList<GraphNode> Consumers(string tensor) => _consumers.TryGetValue(tensor, out var nodes) ? nodes : [];

    internal GraphNode? ProducingNode(string tensor) => _producingNode.GetValueOrDefault(tensor);

    internal bool IsOutput(string tensor) => _outputs.Contains(tensor);

    /// <summary>The Relu or Clip that is the tensor's only reader within the same group, if there is one.</summary>
    internal GraphNode? FusedActivation(string tensor)
    {
        var consumers = Consumers(tensor);
        return !IsOutput(tensor) && consumers.Count == 1 && Roles.Of(consumers[0]) == NodeRole.Activation
            && _groupOfNode[consumers[0].Name] == ProducerGroup(tensor)
            ? consumers[0]
            : null;
    }

    private void Index(LayerGroup group, GraphNode node)
    {
        _groupOfNode[node.Name] = group.Index;
        foreach (var output in node.Outputs)
        {
            _producer[output] = group.Index;
            _producingNode[output] = node;
        }

        foreach (var input in Roles.Activations(node).Distinct(StringComparer.Ordinal))
        {
            if (!_consumers.TryGetValue(input, out var list))
            {
                _consumers[input] = list = [];
            }

            list.Add(node);
        }
    }
}
