namespace Cluster.Networks.Graphs.Groups;

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
        var judged = ElementKinds.Judged(graph.Outputs, output => roles.TypeOf(output.Name));

        // A constant that is first stays so: the file's own runs give it first, and FloatNetwork refuses it.
        Outputs = [.. judged.Where((output, i) => i == 0 || !graph.Initializers.ContainsKey(output.Name))];
        Output = Outputs.Count > 0 ? Outputs[0] : throw new KernelException(
            $"The network gives {string.Join(", ", graph.Outputs.Select(output => $"'{output.Name}'"))} and none of them is a tensor of "
            + "numbers, by which it could be judged; expected one at least: make the tensor that they are computed of an output as well.");
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

    /// <summary>Whether ONNX Runtime executes a node, as the interpreter has no kernel for it.</summary>
    public bool HasExecuted => Executed.Count > 0;

    /// <summary>The operators of such nodes.</summary>
    public IReadOnlyList<string> Executed =>
        [.. Nodes.Where(Roles.IsExecuted).Select(node => node.OpType).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>All nodes in execution order.</summary>
    internal IEnumerable<GraphNode> Nodes => Groups.SelectMany(group => group.Nodes);

    /// <summary>Convolutions and products with constant weights, in execution order.</summary>
    internal IEnumerable<GraphNode> WeightedNodes => Nodes.Where(node => Roles.Of(node) == NodeRole.Weighted);

    /// <summary>The inputs of a run.</summary>
    public IReadOnlyList<ValueInfo> Inputs => Graph.Inputs;

    /// <summary>
    /// The outputs of a run that are float, or all of numbers where none is; accuracy is measured on the first. Others are passed through,
    /// as are constants.
    /// </summary>
    public IReadOnlyList<ValueInfo> Outputs { get; }

    /// <summary>The first input; for an image network, the images.</summary>
    public ValueInfo Input => Graph.Inputs[0];

    /// <summary>The first of <see cref="Outputs"/>: the logits.</summary>
    public ValueInfo Output { get; }

    internal NodeRoles Roles { get; }

    /// <summary>Group that produces the tensor, -1 for the network's input.</summary>
    public int ProducerGroup(string tensor) => ProducingNode(tensor) is { } node ? GroupOf(node) : -1;

    /// <summary>Whether a node computes in FP32 in every format of its group, because it multiplies nothing in another format.</summary>
    public bool StaysInFloat(GraphNode node) => Roles.Of(node) is not (NodeRole.Weighted or NodeRole.Product or NodeRole.Recurrent);

    /// <inheritdoc cref="ChannelFactor"/>
    internal bool IsFactor(GraphNode node) => ChannelFactor.Is(node, Graph.Initializers);

    /// <summary>The index of the group that a node belongs to.</summary>
    public int GroupOf(GraphNode node) => _groupOfNode[node.Name];

    /// <summary>
    /// The first node that ONNX Runtime executes between weights and the first output: what is before it learns nothing. Null if there is
    /// none.
    /// </summary>
    public GraphNode? StopsLearning
    {
        get
        {
            var needed = new HashSet<string>(StringComparer.Ordinal) { Output.Name };
            foreach (var node in Nodes.Reverse().Where(node => node.Outputs.Any(needed.Contains)))
            {
                needed.UnionWith(Roles.Activations(node));
            }

            var behind = new HashSet<string>(StringComparer.Ordinal);
            foreach (var node in Nodes.Where(
                node => Roles.Of(node) == NodeRole.Weighted || Roles.Activations(node).Any(behind.Contains)))
            {
                if (Roles.IsExecuted(node) && node.Outputs.Any(needed.Contains))
                {
                    return node;
                }

                behind.UnionWith(node.Values);
            }

            return null;
        }
    }

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
