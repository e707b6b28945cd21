using Cluster.Networks.Graphs.Inference;
using static TorchSharp.torch;

namespace Cluster.Learning.FineTuning;

/// <summary>
/// A plan's network during training. It rounds exactly what the exported file rounds and where: weights, activations at the layout's Q/DQ
/// pairs, biases to the grid of an integer kernel's accumulator if there is one. Groups in FP32 keep their weights. Its tensors belong to
/// the dispose scope in which it is created; a forward pass needs its own scope. Passes may run concurrently.
/// </summary>
internal sealed class TrainedNetwork
{
    // Of a scale, for a rate of 1: it changes like a weight of a quarter.
    private const double ScaleShare = 4;

    private readonly GroupedGraph _graph;
    private readonly QuantizationLayout _layout;
    private readonly Dictionary<string, TrainedWeight> _weights = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor> _biases = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TrainedActivation> _activations = new(StringComparer.Ordinal);

    /// <param name="relativeScales">Whether a learned scale changes in proportion to itself: for rules like Adam's, whose changes are as
    /// large as the rate for gradients of any size. Scales differ a hundredfold between layers and bits.</param>
    /// <param name="device">Of the parameters; null for the processor.</param>
    public TrainedNetwork(QuantizedNetwork start, bool relativeScales = false, ComputeDevice? device = null)
    {
        var place = device ?? ComputeDevice.Cpu;
        double? share = relativeScales ? ScaleShare : null;
        _graph = start.Graph;
        _layout = start.Layout;
        var shapes = ShapeInference.Infer(_graph.Graph, 1);
        foreach (var node in _graph.Nodes.Where(_layout.HasQuantizedWeights))
        {
            var weights = start.Weights(node);
            bool learned = start.LearnedWeights.ContainsKey(node.Name);
            _weights[node.Name] = new TrainedWeight(
                node,
                _graph.Graph.Initializers[node.Inputs[1]].As<float>(),
                weights,
                learned,
                share,
                place,
                start.FormOf(node.Name).PairsOf(node, weights.Shape));
            if (start.HasBias(node))
            {
                _biases[node.Name] = place.Floats(start.Bias(node), [weights.Scales.Length]).requires_grad_();
            }
        }

        foreach (var point in _layout.Points.Values
            .OrderBy(point => point.RangeOf != point.ScaleOf)
            .ThenBy(point => point.Tensor, StringComparer.Ordinal)
            .Where(point => IsOwner(point) && !_activations.ContainsKey(point.ScaleOf)))
        {
            long elements = shapes[point.Tensor].Aggregate(1L, (product, size) => product * size);
            _activations[point.ScaleOf] = new TrainedActivation(
                point.ScaleOf, start.Parameters(point), TensorBounds.Of(_graph, point.ScaleOf), elements, share, place);
        }

        Parameters =
        [
            .. _weights.Values.SelectMany(weight => weight.Parameters),
            .. _biases.Select(bias => new TrainedParameter($"bias/{bias.Key}", bias.Value, Decays: false)),
            .. _activations.Where(pair => pair.Key != _graph.Graph.Pixels?.Value).Select(pair => pair.Value.Parameter),
        ];
    }

    /// <summary>The parameters, in an order that depends on the network only.</summary>
    public IReadOnlyList<TrainedParameter> Parameters { get; }

    /// <summary>Logits, (N, classes).</summary>
    /// <param name="pixels">(N, C, H, W).</param>
    public Tensor Forward(NetworkProgram network, Tensor pixels) => network.Run([pixels], new Pass(this))[0];

    /// <summary>Clamps scales to their bounds after an update.</summary>
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

    /// <summary>The trained numbers, in the form that a plan takes.</summary>
    public LearnedParameters Finish() => new()
    {
        Weights = _weights.ToDictionary(weight => weight.Key, weight => weight.Value.Finish(), StringComparer.Ordinal),
        Activations = _activations.ToDictionary(
            activation => activation.Key, activation => activation.Value.Finish(), StringComparer.Ordinal),
        Biases = _biases.ToDictionary(bias => bias.Key, bias => TensorFactory.ToFloats(bias.Value), StringComparer.Ordinal),
    };

    // An operator that only moves elements of a quantized tensor gives values on the grid already.
    private bool IsOwner(QuantizationPoint point) => point.RangeOf == point.Tensor || !_layout.Points.ContainsKey(point.RangeOf);

    /// <summary>One forward pass.</summary>
    private sealed class Pass(TrainedNetwork network) : IQuantization
    {
        public Tensor? Weight(GraphNode node) => network._weights.TryGetValue(node.Name, out var weight) ? weight.Quantized() : null;

        public Tensor? Bias(GraphNode node)
        {
            if (!network._biases.TryGetValue(node.Name, out var bias))
            {
                return null;
            }

            if (network._layout.ComputesInFloat)
            {
                return bias;
            }

            var input = network._layout.PointFor(node.Inputs[0], node)!;
            return LsqQuantizer.Round(
                bias, network._weights[node.Name].Scales().mul(network._activations[input.ScaleOf].Scale()));
        }

        public IFakeQuantizer? Written(string tensor) =>
            network._layout.ProducerPoint(tensor) is { } point && network.IsOwner(point) ? PairOf(point) : null;

        public IFakeQuantizer? Read(string tensor, GraphNode reader) =>
            network._layout.PointFor(tensor, reader) is { AtProducer: false } point ? PairOf(point) : null;

        private Pair PairOf(QuantizationPoint point) => new(network._activations[point.ScaleOf]);
    }

    private sealed record Pair(TrainedActivation Activation) : IFakeQuantizer
    {
        public Tensor Apply(Tensor exact, IRunObserver? observer) => Activation.Quantize(exact);
    }
}
