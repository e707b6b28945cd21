using System.Collections.Concurrent;

namespace Cluster.Kernels.Plans;

/// <summary>
/// The quantized weights and FP32 biases of a network's weighted nodes; each is quantized once per form, for all plans. Thread-safe.
/// </summary>
public sealed class WeightBank(GroupedGraph graph)
{
    // Half of what INT32 holds: the sum of products and a corrected bias need room too.
    private const float LargestBiasCode = 1 << 30;

    // Exact in float32, in which a simulation adds codes, with room for a corrected bias.
    private const float BiasCodeAlone = 1 << 20;

    private readonly ConcurrentDictionary<(string Node, WeightForm Form), QuantizedWeights> _weights = new();

    /// <summary>
    /// Codes from the weights alone: below 8 bits with the scale of least squared error for each channel (<see cref="LowBitScales"/>), with
    /// 8 bits with max|w| / 127 of the channel, or of the whole tensor, enlarged if needed so that no pair saturates
    /// (<see cref="PairSafeWeights"/>). For an integer kernel, if a channel's weights are so small that its bias would not fit the INT32
    /// code |b| / (input scale * weight scale), the channel gets the smallest scale with which it fits: an integer kernel's accumulator
    /// wraps around where a simulation would saturate. A channel whose codes are all 0 computes its bias alone: its scale is free, and
    /// becomes the one with which the bias is exact to 20 bits.
    /// </summary>
    /// <param name="inputScale">Scale of the integer kernel's input; null if the layer computes in float.</param>
    public QuantizedWeights Weights(GraphNode node, WeightForm form, float? inputScale)
    {
        var weights = _weights.GetOrAdd((node.Name, form), _ => form.Bits < 8 ? QuantizeLow(node, form.Bits) : Quantize(node, form));
        if (form.Bits < 8)
        {
            return WithRoom(node, weights, form, inputScale);
        }

        float[] scales = ScalesWithRoom(node, weights.Scales, form, inputScale);
        return ForBiasAlone(
            node, scales.AsSpan().SequenceEqual(weights.Scales) ? weights : Quantize(node, form, scales), form, inputScale);
    }

    /// <summary>
    /// Learned codes: unchanged for layers that compute in float; for integer kernels rounded to the scale that the bias needs, if it does
    /// not fit otherwise.
    /// </summary>
    internal QuantizedWeights Learned(GraphNode node, LearnedWeights learned, WeightForm form, float? inputScale)
    {
        var weights = new QuantizedWeights(learned.Codes, learned.Scales, OutputAxis(node), Shape(node))
        {
            Bits = form.Bits,
            IsPerTensor = form.IsPerTensor,
        };
        return WithRoom(node, weights, form, inputScale);
    }

    /// <summary>The FP32 bias, one value per output channel; zeros if the node has none.</summary>
    public float[] Bias(GraphNode node)
    {
        int channels = Channels(node);
        return node.HasInput(2) ? Expanded(graph.Graph.Initializers[node.Inputs[2]].As<float>(), channels) : new float[channels];
    }

    /// <summary>A bias with one value per output channel: a Gemm may broadcast one number.</summary>
    internal static float[] Expanded(ReadOnlySpan<float> bias, int channels) =>
        bias.Length == channels ? bias.ToArray() : [.. Enumerable.Repeat(bias[0], channels)];

    /// <summary>Output channels of a node's weight.</summary>
    public int Channels(GraphNode node) => (int)Shape(node)[OutputAxis(node)];

    /// <summary>The weight's shape.</summary>
    public long[] Shape(GraphNode node) => graph.Graph.Initializers[node.Inputs[1]].Shape;

    /// <summary>The axis of the weight that is the node's output channel.</summary>
    public static int OutputAxis(GraphNode node) => node.OpType switch
    {
        "Conv" => 0,
        "Gemm" => node.GetInt("transB", 0) != 0 ? 0 : 1,
        _ => 1,
    };

    // Scales only grow, so codes stay within the range they were chosen from.
    private QuantizedWeights WithRoom(GraphNode node, QuantizedWeights weights, WeightForm form, float? inputScale)
    {
        float[] scales = ScalesWithRoom(node, weights.Scales, form, inputScale);
        return ForBiasAlone(node, scales.AsSpan().SequenceEqual(weights.Scales)
            ? weights
            : weights with
            {
                Codes = Safe(node, form, WeightQuantizer.Quantize(
                    WeightQuantizer.Dequantize(weights.Codes, weights.Shape, weights.Axis, weights.Scales),
                    weights.Shape,
                    weights.Axis,
                    scales,
                    sbyte.MinValue)),
                Scales = scales,
            }, form, inputScale);
    }

    private QuantizedWeights ForBiasAlone(GraphNode node, QuantizedWeights weights, WeightForm form, float? inputScale)
    {
        // One scale for all channels is free for none.
        if (inputScale is not { } input || form.IsPerTensor)
        {
            return weights;
        }

        bool[] isAlone = [.. ChannelLayout.Of(weights.Codes.Length, weights.Shape, weights.Axis).Ranges(weights.Codes)
            .Select(range => range is { Low: 0, High: 0 })];
        if (!isAlone.Contains(true))
        {
            return weights;
        }

        float[] bias = Bias(node);
        return weights with
        {
            Scales = [.. weights.Scales.Select((scale, channel) => isAlone[channel] && bias[channel] != 0
                ? Math.Max(Math.Abs(bias[channel]) / BiasCodeAlone / input, QuantizationParameters.SmallestScale)
                : scale)],
        };
    }

    private float[] ScalesWithRoom(GraphNode node, float[] scales, WeightForm form, float? inputScale)
    {
        if (inputScale is not { } input)
        {
            return scales;
        }

        float[] bias = Bias(node);
        float[] roomy = [.. scales.Select((scale, channel) => Math.Max(
            Math.Max(scale, QuantizationParameters.SmallestProduct / input), Math.Abs(bias[channel]) / input / LargestBiasCode))];
        return form.IsPerTensor ? [.. Enumerable.Repeat(roomy.Max(), roomy.Length)] : roomy;
    }

    private QuantizedWeights QuantizeLow(GraphNode node, int bits)
    {
        var data = graph.Graph.Initializers[node.Inputs[1]];
        int axis = OutputAxis(node);
        var (codes, scales) = LowBitScales.Quantize(data.As<float>(), data.Shape, axis, bits);
        return new QuantizedWeights(codes, scales, axis, data.Shape) { Bits = bits };
    }

    private QuantizedWeights Quantize(GraphNode node, WeightForm form, float[]? atLeast = null)
    {
        var data = graph.Graph.Initializers[node.Inputs[1]];
        var weights = data.As<float>();
        int axis = OutputAxis(node);
        float[] scales = atLeast ?? (form.IsPerTensor
            ? ChannelScales.MaxAbsOfAll(weights, Channels(node))
            : ChannelScales.MaxAbs(weights, data.Shape, axis));
        scales = form.PairsOf(node, data.Shape) is { } pairs ? PairSafeWeights.Scales(weights, pairs, scales) : scales;
        sbyte[] codes = Safe(node, form, WeightQuantizer.Quantize(weights, data.Shape, axis, scales));
        return new QuantizedWeights(codes, scales, axis, data.Shape) { IsPerTensor = form.IsPerTensor };
    }

    // Even with these scales, rounding may exceed the limit by one.
    private sbyte[] Safe(GraphNode node, WeightForm form, sbyte[] codes) =>
        form.PairsOf(node, Shape(node)) is { } pairs ? PairSafeWeights.Clip(codes, pairs) : codes;
}

/// <summary>The allowed codes of a quantized weight.</summary>
/// <param name="Bits">2 to 8.</param>
/// <param name="IsPairSafe">8 bits: no two neighbours saturate (<see cref="PairedCodes"/>).</param>
/// <param name="IsPerTensor">8 bits: one scale for all channels.</param>
public readonly record struct WeightForm(int Bits, bool IsPairSafe = false, bool IsPerTensor = false)
{
    /// <summary>8 bits, a scale for each output channel.</summary>
    public static WeightForm Int8 { get; } = new(8);

    /// <summary>What codes the weights of a group may have.</summary>
    public static WeightForm Of(GroupDecision decision) => new(
        decision.Format.Weights.Bits,
        decision.Format.Weights == NumberFormat.PairSafe,
        decision.Format.Weights == NumberFormat.PerTensor);

    /// <summary>The neighbours that must not saturate; null where the form or the node's kernel has none.</summary>
    internal PairedCodes? PairsOf(GraphNode node, ReadOnlySpan<long> shape) =>
        IsPairSafe && PairedCodes.Of(node, shape) is { } pairs ? pairs with { IsOfBothOrders = true } : null;
}
