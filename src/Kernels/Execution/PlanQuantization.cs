using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>
/// A plan's numbers for some nodes: what evaluation, sensitivity, correction and the parity gate simulate. If the plan has no integer
/// kernels, weights and biases are the real values of the codes.
/// </summary>
internal sealed class PlanQuantization : KernelQuantization
{
    private readonly QuantizedNetwork _network;

    /// <param name="nodes">In execution order, each activation function together with the layer before it.</param>
    public PlanQuantization(QuantizedNetwork network, IReadOnlyList<GraphNode> nodes)
        : base(network.Graph)
    {
        _network = network;
        foreach (var node in nodes)
        {
            if (network.Layout.HasQuantizedWeights(node))
            {
                AddLayer(node);
            }
            else if (!network.Layout.ComputesInFloat)
            {
                ComputeProduct(node);
            }

            Write(node);
        }
    }

    public override NumberFormat FloatOf(GraphNode node) => _network.Layout.FloatOf(node);

    public override GroupFormat? RuntimeFormat(GraphNode node) => _network.Layout.RuntimeNodes.GetValueOrDefault(node.Name);

    public override RuntimeNode? RuntimeNode(GraphNode node, NameSource names) => _network.RuntimeNode(node, names);

    public override bool HasHalves => _network.Layout.Floats.Values.Any(format => format.IsHalf);

    /// <summary>Whether the plan rounds anything that one of the nodes reads, stores or writes.</summary>
    public static bool Concerns(QuantizedNetwork network, IReadOnlyList<GraphNode> nodes) =>
        nodes.Any(node => network.Layout.HasQuantizedWeights(node)
            || network.Layout.FloatOf(node) != NumberFormat.Float32
            || network.Layout.RuntimeNodes.ContainsKey(node.Name)
            || node.Values.Any(output => network.Layout.ProducerPoint(output) is not null)
            || node.Inputs.Any(input => network.Layout.PointFor(input, node) is { AtProducer: false }));

    protected override QuantizationParameters? WrittenPair(string tensor) => Parameters(_network.Layout.ProducerPoint(tensor));

    protected override QuantizationParameters? Seen(string tensor, GraphNode reader) =>
        Parameters(_network.Layout.PointFor(tensor, reader));

    private QuantizationParameters? Parameters(QuantizationPoint? point) => point is null ? null : _network.Parameters(point);

    private void AddLayer(GraphNode node)
    {
        var weights = _network.Weights(node);
        float[]? steps = _network.UnroundedWeights.GetValueOrDefault(node.Name)?.Invoke();
        if (_network.Layout.ComputesInFloat)
        {
            float[] numbers = steps is null
                ? WeightQuantizer.Dequantize(weights.Codes, weights.Shape, weights.Axis, weights.Scales)
                : WeightQuantizer.Dequantize(steps, weights.Shape, weights.Axis, weights.Scales);
            Add(TensorFactory.FromFloats(numbers, weights.Shape), _network.Bias);
            return;
        }

        // The products and sums of codes are whole numbers, which float32 adds exactly below 2^24, as the integer kernel does.
        Add(
            steps is null ? TensorFactory.FromCodes(weights.Codes, weights.Shape) : TensorFactory.FromFloats(steps, weights.Shape),
            layer => [.. _network.BiasCodes(layer).Select(code => (float)code)]);
        ComputeInIntegers(node, _network.BiasScales(node));

        void Add(Tensor numbers, Func<GraphNode, float[]> bias) => Set(
            node, numbers, _network.HasBias(node) ? TensorFactory.FromFloats(bias(node), [weights.Scales.Length]) : null);
    }
}
