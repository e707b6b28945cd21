using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>
/// Compiles nodes of a network into programs. The programs share the graph's own numbers, which live as long as the builder.
/// </summary>
/// <param name="hasGradients">Whether programs record gradients and each run may have its own weights, for learning. Otherwise kernels may
/// cache what they derive from weights, which is faster.</param>
/// <param name="device">Device of the graph's own numbers, and so of the programs; null for the processor.</param>
/// <param name="trained">Trained constants that replace the graph's own; the builder takes ownership.</param>
internal sealed class ProgramBuilder(
    GroupedGraph graph,
    bool hasGradients = false,
    ComputeDevice? device = null,
    IReadOnlyDictionary<string, Parameter>? trained = null) : IDisposable
{
    private readonly NodeConstants _constants = new(graph.Graph, device, trained);
    private readonly Dictionary<NumberFormat, NodeConstants> _rounded = [];
    private readonly Dictionary<string, ExecutedRegion> _regions = new(StringComparer.Ordinal); // by their ends and formats
    private readonly Lazy<NameSource> _names = new(() => new NameSource(graph.Graph));
    private readonly Lock _lock = new();
    private readonly LastUses _lastUses = new(graph, graph.Nodes, graph.IsOutput);

    /// <summary>The whole network: pixels (N, C, H, W) to logits (N, classes).</summary>
    public NetworkProgram Whole(SumKind sums = SumKind.Real) => Segment([.. graph.Nodes], sums);

    /// <summary>The whole network as quantized; the caller keeps the quantization.</summary>
    public NetworkProgram Whole(KernelQuantization quantization)
    {
        GraphNode[] nodes = [.. graph.Nodes];
        var steps = Steps(nodes, _lastUses, quantization, SumKind.Whole);
        return new NetworkProgram(steps, Inputs(nodes), Outputs(nodes), hasGradients, quantization);
    }

    /// <summary>A part of the network that runs independently.</summary>
    /// <param name="nodes">In execution order.</param>
    public NetworkProgram Segment(IReadOnlyList<GraphNode> nodes, SumKind sums = SumKind.Real)
    {
        string[] outputs = Outputs(nodes);
        var lastUses = new LastUses(graph, nodes, tensor => outputs.Contains(tensor, StringComparer.Ordinal));
        return new NetworkProgram(Steps(nodes, lastUses, null, sums), Inputs(nodes), outputs, hasGradients, null);
    }

    /// <summary>A group in FP32 that runs after the groups before it.</summary>
    public NetworkProgram Group(LayerGroup group, SumKind sums = SumKind.Real) =>
        new(Steps(group.Nodes, _lastUses, null, sums), Inputs(group.Nodes), Outputs(group.Nodes), hasGradients, null);

    /// <summary>A group as quantized in a network; the caller disposes of the program.</summary>
    /// <param name="sums">For layers with quantized weights.</param>
    /// <param name="floats">For the other layers.</param>
    public SimulatedProgram Simulated(LayerGroup group, QuantizedNetwork network, SumKind sums, SumKind floats = SumKind.Real)
    {
#pragma warning disable CA2000 // The returned program owns it.
        var quantization = new PlanQuantization(network, group.Nodes);
#pragma warning restore CA2000
        var steps = Steps(group.Nodes, _lastUses, quantization, sums, floats);
        return new SimulatedProgram(steps, Inputs(group.Nodes), Outputs(group.Nodes), quantization);
    }

    /// <summary>Tensors that are not read after the group.</summary>
    public IEnumerable<string> EndingIn(LayerGroup group) => group.Nodes.SelectMany(node => _lastUses.EndingAt(node.Name));

    public void Dispose()
    {
        _constants.Dispose();
        _rounded.Values.DisposeAll();
        _regions.Values.DisposeAll();
    }

    // Programs of several candidates are compiled at once.
    private NodeConstants ConstantsIn(NumberFormat format)
    {
        lock (_lock)
        {
            return format == NumberFormat.Float32 ? _constants
                : _rounded.TryGetValue(format, out var known) ? known
                : _rounded[format] = new NodeConstants(graph.Graph, device, format: format);
        }
    }

    private string[] Outputs(IReadOnlyList<GraphNode> nodes)
    {
        var members = nodes.Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
        return [.. nodes.SelectMany(node => node.Outputs)
            .Where(tensor => graph.IsOutput(tensor) || graph.Consumers(tensor).Any(reader => !members.Contains(reader.Name)))];
    }

    private string[] Inputs(IReadOnlyList<GraphNode> nodes)
    {
        var computed = nodes.SelectMany(node => node.Outputs).ToHashSet(StringComparer.Ordinal);
        return [.. nodes.SelectMany(graph.Roles.Activations).Where(input => !computed.Contains(input)).Distinct(StringComparer.Ordinal)];
    }

    private List<ProgramStep> Steps(
        IReadOnlyList<GraphNode> nodes,
        LastUses lastUses,
        KernelQuantization? quantization,
        SumKind sums,
        SumKind floats = SumKind.Real)
    {
        var computed = nodes.Select(node => node.Output).ToHashSet(StringComparer.Ordinal);
        var steps = new List<ProgramStep>(nodes.Count);
        for (int i = 0; i < nodes.Count; i++)
        {
            var node = nodes[i];
            if (!IsExecuted(node))
            {
                var own = quantization is null || quantization.HasQuantizedWeights(node) ? sums : floats;
                steps.Add(Step(node, computed, lastUses, quantization, own));
                continue;
            }

            int first = i;
            while (i + 1 < nodes.Count && IsExecuted(nodes[i + 1]) && nodes[i].Values.All(output => quantization?.Written(output) is null))
            {
                i++;
            }

            steps.Add(Executed([.. nodes.Skip(first).Take(i + 1 - first)], lastUses, quantization));
        }

        return steps;

        bool IsExecuted(GraphNode node) => graph.Roles.IsExecuted(node) || quantization?.RuntimeFormat(node) is not null;
    }

    private ProgramStep Executed(IReadOnlyList<GraphNode> nodes, LastUses lastUses, KernelQuantization? quantization)
    {
        string name = string.Join('\n', [nodes[0].Name, nodes[^1].Name, .. nodes.Select(node => quantization?.RuntimeFormat(node)?.Text)]);
        ExecutedRegion? region;
        lock (_lock)
        {
            if (!_regions.TryGetValue(name, out region))
            {
                _regions[name] = region = new ExecutedRegion(
                    graph, nodes, _constants.Device, node => quantization?.RuntimeNode(node, _names.Value));
            }
        }

        string[] dead = [.. nodes.SelectMany(node => lastUses.EndingAt(node.Name))];
        return new ProgramStep(nodes[^1], LayoutOperators.Unchanged, null, null, null, null, region.Inputs, dead) { Region = region };
    }

    private ProgramStep Step(GraphNode node, HashSet<string> computed, LastUses lastUses, KernelQuantization? quantization, SumKind sums)
    {
        var format = quantization?.FloatOf(node) ?? NumberFormat.Float32;
        var floats = FloatArithmetic.For(format, quantization is { HasHalves: true }, _constants.Device);
        var constants = ConstantsIn(format);
        var context = new OperatorContext(constants)
        {
            HasGradients = hasGradients,
            Sums = sums,
        };
        var integer = quantization?.Integer(node);
        bool isAbsorbed = quantization is not null && quantization.IsAbsorbed(node);
        NodeKernel kernel = isAbsorbed
            ? LayoutOperators.Unchanged
            : InFormat(OnConstants(node, OperatorTable.Build(node, context)));
        bool hasWeights = _constants.HasWeights(node);
        return new ProgramStep(
            node,
            integer is null ? kernel : OnCodes(OfWholeNumbers(kernel), quantization!.InputScales(node)),
            !isAbsorbed && IsFusedActivation(node, computed)
                ? InFormat(OperatorTable.Build(node, context with { Overwrites = true }))
                : null,
            hasWeights ? constants.Weight(node) : null,
            hasWeights ? constants.Bias(node) : null,
            integer,
            [.. graph.Roles.Activations(node)],
            lastUses.EndingAt(node.Name));

        NodeKernel InFormat(NodeKernel exact) => floats is null ? exact : floats.Around(exact);
    }

    // In FP32 cuDNN may transform (Winograd, FFT), which is only near whole numbers. TF32 holds codes exactly, and sums directly in FP32.
    private NodeKernel OfWholeNumbers(NodeKernel kernel) =>
        _constants.Device.IsHost ? kernel : inputs => FloatArithmetic.InTf32(kernel, inputs);

    // For a node that reads a function of constants that no pass has folded.
    private NodeKernel OnConstants(GraphNode node, NodeKernel kernel)
    {
        if (graph.Roles.Activations(node).Any())
        {
            return kernel;
        }

        Tensor[] constants = [.. node.Inputs.Where(input => input.Length > 0).Select(_constants.Tensor)];
        return inputs => kernel(inputs.WithActivations(constants));
    }

    /// <summary>
    /// Applies the kernel to codes, as whole numbers: it sums products of codes and the bias code, or multiplies two activations.
    /// </summary>
    private static NodeKernel OnCodes(NodeKernel kernel, IReadOnlyList<float> scales) => inputs =>
    {
        var codes = new Tensor[scales.Count];
        try
        {
            for (int i = 0; i < codes.Length; i++)
            {
                codes[i] = TensorQuantizer.Steps(inputs[i], scales[i]);
            }

            return kernel(inputs.WithActivations(codes));
        }
        finally
        {
            codes.DisposeAll();
        }
    };

    // Only a tensor that was just computed may be overwritten: overwriting a view would change its source.
    private bool IsFusedActivation(GraphNode node, HashSet<string> computed) =>
        graph.Roles.Of(node) == NodeRole.Activation
        && computed.Contains(node.Inputs[0])
        && graph.ProducingNode(node.Inputs[0]) is { OpType: "Conv" or "Gemm" or "Add" or "BatchNormalization" } producer
        && graph.FusedActivation(producer.Output) == node;
}
