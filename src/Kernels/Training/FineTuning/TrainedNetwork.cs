using Cluster.Kernels.Graphs;
using Cluster.Kernels.Groups;
using Cluster.Kernels.Placement;
using Cluster.Kernels.Planning;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using Cluster.Kernels.Training.Updates;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cluster.Kernels.Training.FineTuning;

/// <summary>
/// A plan's network while it is trained. It rounds exactly what the exported file rounds and where: weights, activations at the layout's Q/DQ
/// pairs, biases to the grid of an integer kernel's accumulator where there is one. Groups in FP32 keep their weights. Its tensors belong to the dispose scope
/// in which it is made; a forward pass needs one of its own.
/// </summary>
internal sealed class TrainedNetwork : INetworkHooks
{
    private readonly GroupedGraph _graph;
    private readonly QuantizationLayout _layout;
    private readonly Dictionary<string, TrainedWeight> _weights = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Parameter> _biases = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TrainedActivation> _activations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor> _views = new(StringComparer.Ordinal);

    public TrainedNetwork(QuantizedNetwork start, StepLearning weightSteps, StepLearning activationSteps)
    {
        _graph = start.Graph;
        _layout = start.Layout;
        var shapes = ShapeInference.Infer(_graph.Graph, 1);
        foreach (var node in _graph.Groups.SelectMany(group => group.Nodes).Where(_layout.HasQuantizedWeights))
        {
            var weights = start.Weights(node);
            _weights[node.Name] = new TrainedWeight(node, _graph.Graph.Initializers[node.Inputs[1]].As<float>(), weights, weightSteps);
            if (start.HasBias(node))
            {
                _biases[node.Name] = nn.Parameter(TensorFactory.FromFloats(start.Bias(node), [weights.Scales.Length]));
            }
        }

        foreach (var point in _layout.Points.Values.OrderBy(point => point.Tensor, StringComparer.Ordinal).Where(point => IsOwner(point) && !_activations.ContainsKey(point.ScaleOf)))
        {
            long elements = shapes[point.Tensor].Aggregate(1L, (product, size) => product * size);
            _activations[point.ScaleOf] = new TrainedActivation(point.ScaleOf, start.Parameters(point), TensorBounds.Of(_graph, point.ScaleOf), elements, activationSteps);
        }

        Parameters =
        [
            .. _weights.Values.SelectMany(weight => weight.Parameters),
            .. _biases.Select(bias => new TrainedParameter($"bias/{bias.Key}", bias.Value, Decays: false)),
            .. _activations.Values.SelectMany(activation => activation.Parameters),
        ];
    }

    /// <summary>In an order that depends on the network only.</summary>
    public IReadOnlyList<TrainedParameter> Parameters { get; }

    /// <summary>Tensors that change without gradients.</summary>
    public IEnumerable<(string Name, Tensor Value)> Buffers => _activations.Values.SelectMany(activation => activation.Buffers);

    /// <summary>Lets observed activation ranges follow the data, or freezes them.</summary>
    public void Observe(bool isObserving)
    {
        foreach (var activation in _activations.Values)
        {
            activation.IsObserving = isObserving;
        }
    }

    /// <summary>Logits, (N, classes).</summary>
    /// <param name="pixels">(N, C, H, W).</param>
    public Tensor Forward(DifferentiableSegment network, Tensor pixels)
    {
        _views.Clear();
        return network.Run([pixels], this)[0];
    }

    /// <summary>Brings steps back into their bounds after an update.</summary>
    public void Restrain()
    {
        foreach (var weight in _weights.Values)
        {
            weight.Restrain();
        }

        foreach (var activation in _activations.Values)
        {
            activation.Restrain();
        }
    }

    /// <summary>What was trained, as numbers for a plan.</summary>
    public LearnedParameters Finish() => new()
    {
        Weights = _weights.ToDictionary(weight => weight.Key, weight => weight.Value.Finish(), StringComparer.Ordinal),
        Activations = _activations.ToDictionary(activation => activation.Key, activation => activation.Value.Finish(), StringComparer.Ordinal),
        Biases = _biases.ToDictionary(bias => bias.Key, bias => TensorFactory.ToFloats(bias.Value), StringComparer.Ordinal),
    };

    Tensor? INetworkHooks.Weight(GraphNode node) => _weights.TryGetValue(node.Name, out var weight) ? weight.Quantized() : null;

    Tensor? INetworkHooks.Bias(GraphNode node)
    {
        if (!_biases.TryGetValue(node.Name, out var bias))
        {
            return null;
        }

        if (_layout.ComputesInFloat)
        {
            return bias;
        }

        var input = _layout.PointFor(node.Inputs[0], node)!;
        return StepQuantizer.Round(bias, TensorOps.Mul(_weights[node.Name].Steps(), _activations[input.ScaleOf].Step()));
    }

    Tensor INetworkHooks.Activation(string tensor, Tensor value) =>
        _layout.ProducerPoint(tensor) is { } point && IsOwner(point) ? _activations[point.ScaleOf].Quantize(value) : value;

    Tensor INetworkHooks.Read(string tensor, GraphNode reader, Tensor value)
    {
        if (_layout.PointFor(tensor, reader) is not { AtProducer: false } point)
        {
            return value;
        }

        if (!_views.TryGetValue(tensor, out var view))
        {
            _views[tensor] = view = _activations[point.ScaleOf].Quantize(value);
        }

        // The run disposes of what it is handed; other readers see the same view.
        return Aten.Call("aten::alias", view);
    }

    // What only moves elements of a quantized tensor is on its grid already.
    private bool IsOwner(QuantizationPoint point) => point.ScaleOf == point.Tensor || !_layout.Points.ContainsKey(point.ScaleOf);
}
