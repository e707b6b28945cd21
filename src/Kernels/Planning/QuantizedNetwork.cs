using Cluster.Kernels.Graphs;
using Cluster.Kernels.Groups;
using Cluster.Kernels.Placement;
using Cluster.Kernels.Quantization;

namespace Cluster.Kernels.Planning;

/// <summary>
/// A plan with every number filled in: where Q/DQ pairs stand, their scales, the weights' codes, the (corrected) biases.
/// The simulation and the exported file are both made from this object, so they cannot disagree about a number.
/// </summary>
public sealed class QuantizedNetwork
{
    private readonly IReadOnlyDictionary<string, QuantizationParameters> _ranges;
    private readonly IReadOnlyDictionary<string, float[]> _correctedBiases;
    private readonly WeightBank _bank;

    public QuantizedNetwork(
        GroupedGraph graph,
        QuantizationLayout layout,
        WeightBank bank,
        IReadOnlyDictionary<string, QuantizationParameters> ranges,
        IReadOnlyDictionary<string, float[]> correctedBiases)
    {
        Graph = graph;
        Layout = layout;
        _bank = bank;
        _ranges = ranges;
        _correctedBiases = correctedBiases;
    }

    public GroupedGraph Graph { get; }

    public QuantizationLayout Layout { get; }

    /// <summary>Biases that differ from the FP32 network's, by node name.</summary>
    public IReadOnlyDictionary<string, float[]> CorrectedBiases => _correctedBiases;

    /// <summary>uint8 parameters of a quantized activation.</summary>
    public QuantizationParameters Parameters(QuantizationPoint point) => _ranges[point.ScaleOf];

    public QuantizedWeights Weights(GraphNode node) => _bank.Weights(node, InputScale(node));

    /// <summary>FP32 bias of a weighted node, after correction.</summary>
    public float[] Bias(GraphNode node) => _correctedBiases.TryGetValue(node.Name, out float[]? bias) ? bias : _bank.Bias(node);

    /// <summary>Scale of the node's input codes.</summary>
    public float InputScale(GraphNode node) =>
        Parameters(Layout.PointFor(node.Inputs[0], node) ?? throw new InvalidOperationException($"'{node.Name}' reads no quantized input.")).Scale;

    /// <summary>Int32 codes of the bias, scale = input scale * weight scale.</summary>
    public int[] BiasCodes(GraphNode node) => BiasQuantizer.Quantize(Bias(node), InputScale(node), Weights(node).Scales);

    public float[] BiasScales(GraphNode node) => BiasQuantizer.Scales(InputScale(node), Weights(node).Scales);

    /// <summary>Whether the quantized node has a bias at all: its own or a corrected one.</summary>
    public bool HasBias(GraphNode node) => node.HasInput(2) || _correctedBiases.ContainsKey(node.Name);

    /// <summary>The same network with other biases.</summary>
    public QuantizedNetwork WithBiases(IReadOnlyDictionary<string, float[]> biases) => new(Graph, Layout, _bank, _ranges, biases);
}
