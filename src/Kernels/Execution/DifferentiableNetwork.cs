using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>
/// A network, or a part of it, that autograd sees through: weights and biases may be live tensors and activations may be replaced
/// (<see cref="INetworkHooks"/>). Thread-safe once its segments are made.
/// </summary>
/// <param name="winograd">
/// Whether 3x3 convolutions may take Winograd's filtering, which is faster with one thread an operator; weights
/// are then on the CPU and row-major.
/// </param>
/// <param name="device">Of the graph's own numbers, and so of what runs; null for the processor.</param>
internal sealed class DifferentiableNetwork(GroupedGraph graph, bool winograd = false, ComputeDevice? device = null) : IDisposable
{
    private readonly ComputeDevice _device = device ?? ComputeDevice.Cpu;
    private readonly NodeConstants _constants = new(graph.Graph, device);
    private readonly Dictionary<string, Tensor> _biases = new(StringComparer.Ordinal);

    public GroupedGraph Graph { get; } = graph;

    /// <summary>Convolutions and products with constant weights, in execution order.</summary>
    public IReadOnlyList<GraphNode> WeightedNodes { get; } = [.. graph.Groups.SelectMany(group => group.Nodes).Where(node => graph.Roles.Of(node) == NodeRole.Weighted)];

    /// <summary>The whole network: pixels (N, C, H, W) to logits (N, classes).</summary>
    public DifferentiableSegment Whole() => Segment([.. Graph.Groups.SelectMany(group => group.Nodes)]);

    /// <summary>A part of the network.</summary>
    /// <param name="nodes">In execution order.</param>
    public DifferentiableSegment Segment(IReadOnlyList<GraphNode> nodes)
    {
        var members = nodes.Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
        var produced = nodes.Select(node => node.Output).ToHashSet(StringComparer.Ordinal);
        string[] inputs = [.. nodes.SelectMany(Graph.Roles.Activations).Where(input => !produced.Contains(input)).Distinct(StringComparer.Ordinal)];
        string[] outputs = [.. nodes.Select(node => node.Output).Where(tensor => Graph.IsOutput(tensor) || Graph.Consumers(tensor).Any(reader => !members.Contains(reader.Name)))];
        var last = new Dictionary<string, GraphNode>(StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            last.TryAdd(node.Output, node);
            foreach (string input in Graph.Roles.Activations(node))
            {
                last[input] = node;
            }
        }

        var steps = nodes.Select(node => Step(node, [.. last.Where(pair => pair.Value == node && !outputs.Contains(pair.Key, StringComparer.Ordinal)).Select(pair => pair.Key)], members));
        return new DifferentiableSegment(this, [.. steps], inputs, outputs);
    }

    /// <summary>The graph's own weight. It stays the network's.</summary>
    public Tensor Weight(GraphNode node) => _constants.Tensor(node.Inputs[1]);

    /// <summary>The graph's own bias, one value a channel, or null where the node has none. It stays the network's.</summary>
    public Tensor? Bias(GraphNode node)
    {
        if (!node.HasInput(2))
        {
            return null;
        }

        if (!_biases.TryGetValue(node.Name, out var bias))
        {
            var data = Graph.Graph.Initializers[node.Inputs[2]];
            int channels = (int)Graph.Graph.Initializers[node.Inputs[1]].Shape[Plans.WeightBank.OutputAxis(node)];
            float[] values = data.As<float>().ToArray();
            _biases[node.Name] = bias = _device.Floats(values.Length == channels ? values : [.. Enumerable.Repeat(values[0], channels)], [channels]);
        }

        return bias;
    }

    public void Dispose()
    {
        foreach (var bias in _biases.Values)
        {
            bias.Dispose();
        }

        _biases.Clear();
        _constants.Dispose();
    }

    private LiveStep Step(GraphNode node, string[] dead, HashSet<string> members)
    {
        bool weighted = Graph.Roles.Of(node) == NodeRole.Weighted;
        if (weighted)
        {
            // Made now, so that runs on several threads only read.
            _ = Weight(node);
            _ = Bias(node);
        }

        var kernel = weighted ? LiveKernels.Weighted(node, Graph.Graph.Initializers[node.Inputs[1]].Shape, winograd) : LiveKernels.Weightless(node, _constants);
        var inPlace = Graph.Roles.Of(node) == NodeRole.Activation
            && Graph.ProducingNode(node.Inputs[0]) is { OpType: "Conv" or "Gemm" or "Add" or "BatchNormalization" } producer
            && members.Contains(producer.Name) && Graph.FusedActivation(producer.Output) == node
            ? LiveKernels.InPlace(node, _constants)
            : null;
        return new LiveStep(node, weighted, kernel, inPlace, [.. Graph.Roles.Activations(node)], dead);
    }
}
