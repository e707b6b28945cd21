namespace Cluster.Kernels.QuantizedNetworks;

/// <summary>
/// A plan with every number filled in: the positions of Q/DQ pairs, their scales, the weights' codes, the (corrected) biases. The
/// simulation and the exported file are both made from this object, so they cannot disagree about a number.
/// </summary>
public sealed record QuantizedNetwork
{
    private readonly IReadOnlyDictionary<string, QuantizationParameters> _ranges;
    private readonly WeightBank _bank;

    /// <summary>Combines a plan's numbers, which <see cref="PlanResolver"/> derives.</summary>
    /// <param name="graph">The FP32 network.</param>
    /// <param name="layout">The positions of Q/DQ pairs.</param>
    /// <param name="bank">Quantizes each weight once per width.</param>
    /// <param name="ranges">Scale and zero point of each quantized tensor, by name.</param>
    /// <param name="correctedBiases">FP32 biases that replace the network's, by node name.</param>
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
        CorrectedBiases = correctedBiases;
    }

    /// <summary>The FP32 network.</summary>
    public GroupedGraph Graph { get; }

    /// <summary>The positions of its Q/DQ pairs.</summary>
    public QuantizationLayout Layout { get; }

    /// <summary>Biases that differ from the FP32 network's, by node name.</summary>
    public IReadOnlyDictionary<string, float[]> CorrectedBiases { get; internal init; }

    /// <summary>Forms of the quantized weights by node name; a node that is not listed has <see cref="WeightForm.Int8"/>.</summary>
    public IReadOnlyDictionary<string, WeightForm> Forms { get; init; } = new Dictionary<string, WeightForm>(StringComparer.Ordinal);

    /// <summary>Codes that were learned, by node name.</summary>
    public IReadOnlyDictionary<string, LearnedWeights> LearnedWeights { get; init; } = new Dictionary<string, LearnedWeights>(
        StringComparer.Ordinal);

    /// <summary>
    /// Weights for simulation that replace codes, in units of their scales and not rounded, by node name; made anew for each reader, so
    /// that networks of one graph do not each hold its weights. Files never contain them.
    /// </summary>
    internal IReadOnlyDictionary<string, Func<float[]>> UnroundedWeights { get; init; } = new Dictionary<string, Func<float[]>>(
        StringComparer.Ordinal);

    /// <summary>Parameters of a quantized activation; codes from 0, at most 255.</summary>
    public QuantizationParameters Parameters(QuantizationPoint point) => _ranges[point.ScaleOf];

    /// <summary>
    /// Tensors whose quantized form differs from that in another network of the same layout; if there are none and weights and biases are
    /// equal, both networks compute the same.
    /// </summary>
    internal IReadOnlySet<string> OtherRanges(QuantizedNetwork other) => Layout.Points.Values
        .Where(point => Parameters(point) != other.Parameters(point))
        .Select(point => point.Tensor)
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>
    /// Whether a group computes the same in another network of the same learned weights and biases, whatever the other groups do.
    /// </summary>
    internal bool ComputesAs(QuantizedNetwork other, LayerGroup group) => group.Nodes.All(node =>
        Layout.HasQuantizedWeights(node) == other.Layout.HasQuantizedWeights(node)
        && FormOf(node.Name) == other.FormOf(node.Name)
        && Layout.FloatOf(node) == other.Layout.FloatOf(node)
        && Layout.RuntimeNodes.GetValueOrDefault(node.Name) == other.Layout.RuntimeNodes.GetValueOrDefault(node.Name)
        && node.Values.All(output => Written(output) == other.Written(output))
        && node.Inputs.All(input => Read(input, node) == other.Read(input, node)));

    /// <summary>Codes and scales of a quantized weight: learned, or rounded to nearest.</summary>
    public QuantizedWeights Weights(GraphNode node)
    {
        float? inputScale = Layout.ComputesInFloat ? null : InputScale(node);
        return LearnedWeights.TryGetValue(node.Name, out var learned)
            ? _bank.Learned(node, learned, FormOf(node.Name), inputScale)
            : _bank.Weights(node, FormOf(node.Name), inputScale);
    }

    /// <summary>The layers with weights, and how many of them are not in FP32.</summary>
    public LayerCounts Layers
    {
        get
        {
            GraphNode[] layers =
            [
                .. Graph.Nodes.Where(node => node.OpType is "Conv" or "ConvTranspose" or "Gemm" or "MatMul" or "LSTM" or "GRU"
                    && node.HasInput(1) && Graph.Graph.Initializers.ContainsKey(node.Inputs[1])),
            ];
            return new LayerCounts(
                layers.Count(node => Layout.HasQuantizedWeights(node) || Layout.RuntimeNodes.ContainsKey(node.Name)
                    || Layout.FloatOf(node).IsHalf),
                layers.Length);
        }
    }

    /// <summary>What ONNX Runtime computes in place of the layer; null for a layer that it computes as it is.</summary>
    internal RuntimeNode? RuntimeNode(GraphNode node, NameSource names)
    {
        if (!Layout.RuntimeNodes.TryGetValue(node.Name, out var format))
        {
            return null;
        }

        bool isRecurrent = Graph.Roles.Of(node) == NodeRole.Recurrent;
        if (format == GroupFormat.Int8Weights)
        {
            (int, int)[] weights = isRecurrent ? [(1, 1), (2, 1)] : [(1, WeightBank.OutputAxis(node))];
            return WeightsAlone.Of(node, weights, Graph.Graph.Initializers, names);
        }

        if (isRecurrent)
        {
            return DynamicLstm.Of(node, Graph.Graph, names, isPairSafe: format != GroupFormat.Int8);
        }

        var weight = Graph.Graph.Initializers[node.Inputs[1]];
        float[]? bias = node.HasInput(2) ? Bias(node) : null;
        return format == GroupFormat.Dynamic
            ? DynamicProduct.Of(node, weight, bias, names)
            : BlockProduct.Of(node, weight, bias, names);
    }

    /// <summary>FP32 bias of a weighted node, after correction.</summary>
    public float[] Bias(GraphNode node) => CorrectedBiases.TryGetValue(node.Name, out float[]? bias) ? bias : _bank.Bias(node);

    /// <summary>Scale of the node's input codes.</summary>
    public float InputScale(GraphNode node) =>
        Parameters(Layout.PointFor(node.Inputs[0], node)
            ?? throw new InvalidOperationException($"'{node.Name}' reads no quantized input.")).Scale;

    /// <summary>Int32 codes of the bias, scale = input scale * weight scale.</summary>
    public int[] BiasCodes(GraphNode node) => BiasQuantizer.Quantize(Bias(node), InputScale(node), Weights(node).Scales);

    /// <summary>Scales of a node's bias, one an output channel: input scale times weight scale.</summary>
    public float[] BiasScales(GraphNode node) => BiasQuantizer.Scales(InputScale(node), Weights(node).Scales);

    /// <summary>Whether the quantized node has a bias at all: its own or a corrected one.</summary>
    public bool HasBias(GraphNode node) => node.HasInput(2) || CorrectedBiases.ContainsKey(node.Name);

    /// <summary>The same network with other biases.</summary>
    public QuantizedNetwork WithBiases(IReadOnlyDictionary<string, float[]> biases) => this with { CorrectedBiases = biases };

    /// <summary>
    /// The same network with FP32 weights: same placement and ranges, and biases that are added as before. It can be simulated and its
    /// biases corrected, but not exported.
    /// </summary>
    public QuantizedNetwork WithFloatWeights() => this with
    {
        UnroundedWeights = Graph.Nodes.Where(Layout.HasQuantizedWeights).ToDictionary(
            node => node.Name,
            node => (Func<float[]>)(() =>
            {
                var weights = Weights(node);
                return WeightQuantizer.Steps(
                    Graph.Graph.Initializers[node.Inputs[1]].As<float>(), weights.Shape, weights.Axis, weights.Scales);
            }),
            StringComparer.Ordinal),
    };

    /// <summary>The same network with learned weights and biases for the nodes that have quantized weights.</summary>
    internal QuantizedNetwork WithLearned(LearnedParameters learned)
    {
        var nodes = Graph.Nodes
            .Where(Layout.HasQuantizedWeights)
            .ToDictionary(node => node.Name, StringComparer.Ordinal);
        foreach (string name in learned.Weights.Keys.Concat(learned.Biases.Keys).Where(name => !nodes.ContainsKey(name)))
        {
            throw new KernelException(
                $"Parameters were learned for '{name}', whose weights the plan does not quantize; give those that were "
                + "learned for this plan.");
        }

        foreach (var (name, weights) in learned.Weights)
        {
            LearnedChecks.Weights(nodes[name], weights, _bank, FormOf(name));
        }

        foreach (var (name, bias) in learned.Biases)
        {
            LearnedChecks.Bias(nodes[name], bias, _bank.Channels(nodes[name]));
        }

        return this with { LearnedWeights = learned.Weights, CorrectedBiases = learned.Biases };
    }

    /// <summary>The form of a quantized weight.</summary>
    internal WeightForm FormOf(string node) => Forms.GetValueOrDefault(node, WeightForm.Int8);

    private QuantizationParameters? Written(string tensor) =>
        Layout.ProducerPoint(tensor) is { } point ? Parameters(point) : null;

    // A reader rounds what its producer does not.
    private (bool AtProducer, QuantizationParameters Parameters)? Read(string tensor, GraphNode reader) =>
        Layout.PointFor(tensor, reader) is { } point ? (point.AtProducer, Parameters(point)) : null;
}
