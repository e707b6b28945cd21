using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Observers;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Plans.Placement;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>Compiles groups into programs. FP32 programs are compiled once and shared by every candidate.</summary>
internal sealed class ProgramBuilder : IDisposable
{
    private readonly GroupedGraph _graph;
    private readonly NodeConstants _constants;
    private readonly LastUses _lastUses;
    private readonly HashSet<string> _crossings;
    private readonly GroupProgram[] _float32;

    public ProgramBuilder(GroupedGraph graph)
    {
        _graph = graph;
        _constants = new NodeConstants(graph.Graph);
        _lastUses = new LastUses(graph);
        _crossings = FindCrossings(graph);
        _float32 = [.. graph.Groups.Select(group => Compile(group, null, SumKind.Real))];
    }

    public GroupProgram Float32(int group) => _float32[group];

    /// <summary>The group as the quantized network has it: a program of its own where the network quantizes any part of it (the caller disposes it).</summary>
    public GroupProgram Quantized(LayerGroup group, QuantizedNetwork network, SumKind sums) => Compile(group, network, sums);

    public IEnumerable<string> EndingIn(LayerGroup group) =>
        group.Nodes.SelectMany(node => _lastUses.EndingAt(node.Name)).SelectMany(tensor => new[] { tensor, GroupProgram.QuantizedView(tensor) });

    /// <summary>Whether the network's version of the group differs from the FP32 one.</summary>
    public static bool Differs(LayerGroup group, QuantizedNetwork network) =>
        group.Nodes.Any(node => network.Layout.HasQuantizedWeights(node)
            || network.Layout.ProducerPoint(node.Output) is not null
            || node.Inputs.Any(input => network.Layout.PointFor(input, node) is { AtProducer: false }));

    public void Dispose()
    {
        foreach (var program in _float32)
        {
            program.Dispose();
        }

        _constants.Dispose();
    }

    private static HashSet<string> FindCrossings(GroupedGraph graph)
    {
        var crossings = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in graph.Groups.SelectMany(group => group.Nodes))
        {
            int reader = graph.GroupOf(node);
            crossings.UnionWith(graph.Roles.Activations(node).Where(input => graph.ProducerGroup(input) != reader));
        }

        return crossings;
    }

    private GroupProgram Compile(LayerGroup group, QuantizedNetwork? network, SumKind sums)
    {
        var owned = new List<IDisposable>();
        var steps = group.Nodes.Select(node => CompileNode(node, network, sums, owned)).ToList();
        return new GroupProgram(steps, _crossings, owned);
    }

    private NodeStep CompileNode(GraphNode node, QuantizedNetwork? network, SumKind sums, List<IDisposable> owned)
    {
        var inputs = _graph.Roles.Activations(node).Select(input => (input, EdgeParameters(input, node, network))).ToList();
        var dead = _lastUses.EndingAt(node.Name);
        if (network is { Layout.ComputesInFloat: false } && network.Layout.HasQuantizedWeights(node))
        {
            var integer = new IntegerOutput(node.OpType == "MatMul" ? -1 : 1, network.BiasScales(node), RequantizationOf(node, network));
            return new NodeStep(node, SumKernel(node, network, sums, owned), integer, inputs, null, dead);
        }

        if (network is not null && IsAbsorbed(node, network))
        {
            return new NodeStep(node, Same, null, inputs, null, dead);
        }

        var kernel = network is not null && network.Layout.HasQuantizedWeights(node) ? DequantizedKernel(node, network, sums, owned)
            : IsFusedActivation(node) ? NodeKernels.BuildInPlace(node, _constants)
            : NodeKernels.Build(node, _constants);
        QuantizationParameters? output = network?.Layout.ProducerPoint(node.Output) is { } point ? network.Parameters(point) : null;
        return new NodeStep(node, kernel, null, inputs, output, dead);
    }

    private static Tensor Same(ReadOnlySpan<Tensor> inputs) => Aten.Call("aten::alias", inputs[0]);

    /// <summary>The Q/DQ pair that the node's integer kernel computes itself, through an activation function that its range makes redundant.</summary>
    private Requantization? RequantizationOf(GraphNode node, QuantizedNetwork network)
    {
        var activation = _graph.FusedActivation(node.Output);
        string tensor = activation?.Output ?? node.Output;
        if (network.Layout.ProducerPoint(tensor) is not { } point)
        {
            return null;
        }

        var parameters = network.Parameters(point);
        var bounds = activation is null ? ActivationBounds.None : TensorBounds.Of(_graph, tensor);
        bool isRedundant = !(parameters.Low < bounds.Floor) && !(parameters.High > bounds.Ceiling);
        return isRedundant ? new Requantization(tensor, parameters) : null;
    }

    private bool IsAbsorbed(GraphNode node, QuantizedNetwork network) =>
        !network.Layout.ComputesInFloat
        && _graph.Roles.Of(node) == NodeRole.Activation
        && _graph.ProducingNode(node.Inputs[0]) is { } producer
        && network.Layout.HasQuantizedWeights(producer)
        && RequantizationOf(producer, network) is { } absorbed
        && absorbed.Tensor == node.Output;

    // Only a tensor that was just computed may be overwritten: a view would overwrite what it shows.
    private bool IsFusedActivation(GraphNode node) =>
        _graph.Roles.Of(node) == NodeRole.Activation
        && _graph.ProducingNode(node.Inputs[0]) is { OpType: "Conv" or "Gemm" or "Add" or "BatchNormalization" } producer
        && _graph.FusedActivation(producer.Output) == node;

    private static QuantizationParameters? EdgeParameters(string input, GraphNode node, QuantizedNetwork? network) =>
        network?.Layout.PointFor(input, node) is { AtProducer: false } point ? network.Parameters(point) : null;

    /// <summary>Sums of products of codes (or of what a simulation has in the place of weights' codes), bias code included.</summary>
    private static NodeKernel SumKernel(GraphNode node, QuantizedNetwork network, SumKind sums, List<IDisposable> owned)
    {
        // The products and sums of codes are whole numbers, which float32 adds up exactly below 2^24 as the integer kernel does.
        var codes = network.Weights(node);
        var weight = Own(TensorFactory.FromFloats(network.WeightSteps(node), codes.Shape), owned);
        var bias = network.HasBias(node)
            ? Own(TensorFactory.FromFloats([.. network.BiasCodes(node).Select(code => (float)code)], [codes.Scales.Length]), owned)
            : null;
        var accumulate = node.OpType == "Conv" ? ConvolutionKernel.Build(node, weight, bias, sums) : ProductKernel.Build(node, weight, bias);
        float step = network.InputScale(node);
        return inputs =>
        {
            using var steps = NativeKernels.Steps(inputs[0], step);
            return accumulate([steps]);
        };
    }

    /// <summary>The float kernel on the numbers that the weights' codes stand for, with the FP32 bias.</summary>
    private static NodeKernel DequantizedKernel(GraphNode node, QuantizedNetwork network, SumKind sums, List<IDisposable> owned)
    {
        var weights = network.Weights(node);
        float[] numbers = WeightQuantizer.Dequantize(network.WeightSteps(node), weights.Shape, weights.Axis, weights.Scales);
        var weight = Own(TensorFactory.FromFloats(numbers, weights.Shape), owned);
        var bias = network.HasBias(node) ? Own(TensorFactory.FromFloats(network.Bias(node), [weights.Scales.Length]), owned) : null;
        return node.OpType == "Conv" ? ConvolutionKernel.Build(node, weight, bias, sums) : ProductKernel.Build(node, weight, bias);
    }

    private static Tensor Own(Tensor tensor, List<IDisposable> owned)
    {
        owned.Add(tensor);
        return tensor;
    }
}
