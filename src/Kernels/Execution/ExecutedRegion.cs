using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>
/// Neighbouring nodes that the interpreter has no kernels for, executed by ONNX Runtime in one session, without a gradient: in FP32, or as
/// the operators of its own that a plan's file has in their place. Thread-safe.
/// </summary>
internal sealed class ExecutedRegion : IDisposable
{
    private readonly OrtSession _session;
    private readonly ElementType[] _inputTypes;
    private readonly ComputeDevice _device;

    /// <param name="nodes">In execution order.</param>
    /// <exception cref="KernelException">ONNX Runtime refuses them, or a value that is no tensor of numbers leaves them.</exception>
    /// <param name="replace">What a plan has in place of a node; null: the node itself.</param>
    public ExecutedRegion(
        GroupedGraph graph, IReadOnlyList<GraphNode> nodes, ComputeDevice device, Func<GraphNode, RuntimeNode?> replace)
    {
        _device = device;
        var members = nodes.Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
        var computed = nodes.SelectMany(node => node.Outputs).ToHashSet(StringComparer.Ordinal);
        Outputs =
        [
            .. nodes.SelectMany(node => node.Values
                .Where(output => graph.Consumers(output).Any(reader => !members.Contains(reader.Name) || reader.Condition() == output)
                    || (graph.IsOutput(output) && graph.Roles.TypeOf(output) != ElementType.Undefined))
                .Select(output => node with { Outputs = [output] })),
        ];
        if (Outputs.FirstOrDefault(node => graph.Roles.TypeOf(node.Output) == ElementType.Undefined) is { } last)
        {
            throw last.Error($"gives '{last.Output}', which is no tensor of numbers, to nodes that are not executed together with it; "
                + "expected a tensor: export the network without sequences and optional values.");
        }

        Inputs = [.. nodes.SelectMany(graph.Roles.Activations).Where(input => !computed.Contains(input)).Distinct(StringComparer.Ordinal)];
        _inputTypes = [.. Inputs.Select(graph.Roles.TypeOf)];
        var own = nodes.Select(node => replace(node) ?? new RuntimeNode(node, graph.Graph.Initializers)).ToArray();
        _session = OrtSession.Open(
            OnnxWriter.Write(graph.Graph with
            {
                Nodes = [.. own.SelectMany(node => node.Before.Append(node.Node))],
                Inputs = [.. Inputs.Zip(_inputTypes, (name, type) => new ValueInfo(name, type, []) { ShapeKnown = false })],
                Outputs = [.. Outputs.Select(node => new ValueInfo(node.Output, ElementType.Undefined, []))],
                Initializers = own
                    .SelectMany(node => node.Before.Append(node.Node).SelectMany(one => one.Inputs).Select(name => (
                        name, Value: node.Constants.GetValueOrDefault(name) ?? graph.Graph.Initializers.GetValueOrDefault(name))))
                    .Where(constant => constant.Value is not null)
                    .DistinctBy(constant => constant.name, StringComparer.Ordinal)
                    .ToDictionary(constant => constant.name, constant => constant.Value!, StringComparer.Ordinal),
            }),
            new OrtSessionOptions { AllowSpinning = false, KeepsShapes = true });
    }

    /// <summary>Tensors that the nodes read and do not compute.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>
    /// For each tensor that is read elsewhere, decides a branch or leaves the network, its node as one that computes it alone.
    /// </summary>
    public IReadOnlyList<GraphNode> Outputs { get; }

    /// <summary>Computes the outputs, in their order; the caller owns them.</summary>
    /// <param name="inputs">In the order of <see cref="Inputs"/>.</param>
    /// <exception cref="KernelException">ONNX Runtime fails; with its text, which names the node.</exception>
    public IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs)
    {
        var given = new List<TensorMemory>();
        try
        {
            given.AddRange(inputs.Zip(_inputTypes, (input, type) => new TensorMemory(input, type)));
            using var found = _session.RunInPlace([.. given.Select(input => input.Data)], [.. Outputs.Select(node => node.Output)]);
            return [.. Outputs.Select((_, index) => _device.Take(
                TensorFactory.FromBytes(found.Type(index), found.Shape(index), found.Span<byte>(index))))];
        }
        finally
        {
            given.DisposeAll();
        }
    }

    public void Dispose() => _session.Dispose();
}
