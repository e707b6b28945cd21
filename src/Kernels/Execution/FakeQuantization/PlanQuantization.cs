using Cluster.Kernels.Calibration;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Plans.Placement;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.FakeQuantization;

/// <summary>
/// A plan's numbers for some nodes, as constants: what evaluation, sensitivity, correction and the parity gate
/// simulate. Where the plan has integer kernels, weights and biases are their codes and <see cref="Integer"/> says how
/// sums become outputs (ADR 6); else they are the real numbers that the codes stand for.
/// </summary>
internal sealed class PlanQuantization : IQuantization, IDisposable
{
    private readonly QuantizedNetwork _network;
    private readonly Dictionary<string, (Tensor Weight, Tensor? Bias)> _weights = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IIntegerOutput> _integer = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConstantQuantizer> _written = new(StringComparer.Ordinal);
    private readonly HashSet<string> _requantized = new(StringComparer.Ordinal); // by an integer kernel

    /// <param name="nodes">In execution order, an activation function together with the layer that it follows.</param>
    public PlanQuantization(QuantizedNetwork network, IReadOnlyList<GraphNode> nodes)
    {
        _network = network;
        foreach (var node in nodes)
        {
            if (network.Layout.HasQuantizedWeights(node))
            {
                AddLayer(node);
            }
            else if (Product(node) is { } product)
            {
                _integer[node.Name] = product;
                _requantized.Add(node.Output);
            }

            if (network.Layout.ProducerPoint(node.Output) is { } point && !_requantized.Contains(node.Output))
            {
                _written[node.Output] = new ConstantQuantizer(node.Output, network.Parameters(point));
            }
        }
    }

    /// <summary>Whether the plan quantizes anything that one of the nodes reads, holds or writes.</summary>
    public static bool Concerns(QuantizedNetwork network, IReadOnlyList<GraphNode> nodes) =>
        nodes.Any(node => network.Layout.HasQuantizedWeights(node)
            || network.Layout.ProducerPoint(node.Output) is not null
            || node.Inputs.Any(input => network.Layout.PointFor(input, node) is { AtProducer: false }));

    public bool HasQuantizedWeights(GraphNode node) => _weights.ContainsKey(node.Name);

    /// <summary>
    /// How the node's sums of products of codes, or products, become its output; null where it computes in real numbers.
    /// </summary>
    public IIntegerOutput? Integer(GraphNode node) => _integer.GetValueOrDefault(node.Name);

    /// <summary>Scale of the codes that the integer kernel of the node multiplies, for each activation that it reads.</summary>
    public IReadOnlyList<float> InputScales(GraphNode node) =>
        _integer[node.Name] is IntegerProduct product ? [product.Left, product.Right] : [_network.InputScale(node)];

    /// <summary>
    /// Whether the node is an activation function that the integer kernel before it has made redundant.
    /// </summary>
    public bool IsAbsorbed(GraphNode node) => _requantized.Contains(node.Output) && !_integer.ContainsKey(node.Name);

    public Tensor? Weight(GraphNode node) => _weights.TryGetValue(node.Name, out var layer) ? layer.Weight : null;

    public Tensor? Bias(GraphNode node) => _weights.TryGetValue(node.Name, out var layer) ? layer.Bias : null;

    public IFakeQuantizer? Written(string tensor) => _written.GetValueOrDefault(tensor);

    public IFakeQuantizer? Read(string tensor, GraphNode reader) => _network.Layout.PointFor(tensor, reader) is { AtProducer: false } point
        ? new ConstantQuantizer(tensor, _network.Parameters(point))
        : null;

    public void Dispose()
    {
        foreach (var (weight, bias) in _weights.Values)
        {
            weight.Dispose();
            bias?.Dispose();
        }

        _weights.Clear();
    }

    private void AddLayer(GraphNode node)
    {
        var weights = _network.Weights(node);
        float[] steps = _network.WeightSteps(node);
        if (_network.Layout.ComputesInFloat)
        {
            Add(WeightQuantizer.Dequantize(steps, weights.Shape, weights.Axis, weights.Scales), _network.Bias);
            return;
        }

        // The products and sums of codes are whole numbers, which float32 adds up exactly below 2^24 as the integer
        // kernel does.
        Add(steps, layer => [.. _network.BiasCodes(layer).Select(code => (float)code)]);
        var requantizer = Requantizer(node);
        _integer[node.Name] = new IntegerOutput(node.OpType == "MatMul" ? -1 : 1, _network.BiasScales(node), requantizer);
        if (requantizer is not null)
        {
            _requantized.Add(requantizer.Name);
        }

        void Add(float[] numbers, Func<GraphNode, float[]> bias) => _weights[node.Name] = (
            TensorFactory.FromFloats(numbers, weights.Shape),
            _network.HasBias(node) ? TensorFactory.FromFloats(bias(node), [weights.Scales.Length]) : null);
    }

    // QLinearMul. Behind an activation function the runtime has no integer kernel for it.
    private IntegerProduct? Product(GraphNode node) =>
        !_network.Layout.ComputesInFloat
        && node is { OpType: "Mul" }
        && _network.Graph.Roles.Of(node) == NodeRole.Requantizing
        && _network.Layout.ProducerPoint(node.Output) is { } output
        && _network.Layout.PointFor(node.Inputs[0], node) is { } left
        && _network.Layout.PointFor(node.Inputs[1], node) is { } right
            ? new IntegerProduct(
                _network.Parameters(left).Scale,
                _network.Parameters(right).Scale,
                new ConstantQuantizer(node.Output, _network.Parameters(output)))
            : null;

    private ConstantQuantizer? Requantizer(GraphNode node)
    {
        var graph = _network.Graph;
        var activation = graph.FusedActivation(node.Output);
        string tensor = activation?.Output ?? node.Output;
        if (_network.Layout.ProducerPoint(tensor) is not { } point)
        {
            return null;
        }

        var parameters = _network.Parameters(point);
        var bounds = activation is null ? ActivationBounds.None : TensorBounds.Of(graph, tensor);
        bool isRedundant = !(parameters.Low < bounds.Floor) && !(parameters.High > bounds.Ceiling);
        return isRedundant ? new ConstantQuantizer(tensor, parameters) : null;
    }
}
