using System.Collections.Concurrent;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Quantization;

namespace Cluster.Kernels.Plans;

/// <summary>
/// The quantized weights and FP32 biases of a network's weighted nodes; each is quantized once a bit width, whatever
/// the plans are. Thread-safe.
/// </summary>
public sealed class WeightBank(GroupedGraph graph)
{
    // Half of what INT32 holds: the sum of products and a corrected bias need room too.
    private const float LargestBiasCode = 1 << 30;

    private readonly ConcurrentDictionary<string, QuantizedWeights> _weights = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Node, int Bits), QuantizedWeights> _lowBits = new();
    private readonly ConcurrentDictionary<(string Node, float Scale), QuantizedWeights> _perTensor = new();

    /// <summary>
    /// Codes for integer kernels. A channel whose weights are so small that its bias would not fit the INT32 code
    /// |b| / (input scale * weight scale) gets the smallest scale with which it does: an integer kernel's accumulator wraps around where
    /// a simulation would saturate.
    /// </summary>
    /// <param name="bits">2 to 8, as in <see cref="Weights(GraphNode, int)"/>.</param>
    public QuantizedWeights Weights(GraphNode node, int bits, float inputScale)
    {
        var weights = Weights(node, bits);
        return bits < 8 ? WithRoom(node, weights, inputScale)
            : ScalesWithRoom(node, weights.Scales, inputScale) is var scales && scales.AsSpan().SequenceEqual(weights.Scales) ? weights
            : Quantize(node, scales);
    }

    /// <summary>
    /// Codes by the weights alone. Below 8 bits with the scale of least squared error for each channel
    /// (<see cref="LowBitScales"/>), with 8 bits with max|w| / 127.
    /// </summary>
    /// <param name="bits">2 to 8.</param>
    public QuantizedWeights Weights(GraphNode node, int bits) =>
        bits == 8
            ? _weights.GetOrAdd(node.Name, _ => Quantize(node, Scales(node)))
            : _lowBits.GetOrAdd((node.Name, bits), _ => QuantizeLow(node, bits));

    /// <summary>
    /// Codes of 8 bits with one scale for the whole tensor, max|w| / 127 (PaddleSlim's abs_max); for an integer kernel at least so large
    /// that every channel's bias fits its INT32 code.
    /// </summary>
    /// <param name="inputScale">Of the integer kernel's input; null where the layer computes in float.</param>
    internal QuantizedWeights PerTensor(GraphNode node, float? inputScale)
    {
        var data = graph.Graph.Initializers[node.Inputs[1]];
        float whole = ChannelScales.MaxAbs(data.As<float>(), [1, data.Count], 0)[0];
        float[] scales = new float[Channels(node)];
        Array.Fill(scales, whole);
        float scale = inputScale is { } input ? ScalesWithRoom(node, scales, input).Max() : whole;
        return _perTensor.GetOrAdd((node.Name, scale), _ =>
        {
            Array.Fill(scales, scale);
            return Quantize(node, scales) with { IsPerTensor = true };
        });
    }

    /// <summary>Learned codes as they are, for layers that compute in float.</summary>
    internal QuantizedWeights Learned(GraphNode node, LearnedWeights learned, int bits) =>
        new(learned.Codes, learned.Scales, OutputAxis(node), Shape(node)) { Bits = bits };

    /// <summary>Learned codes for integer kernels, rounded to the scale that the bias needs where it does not fit otherwise.</summary>
    internal QuantizedWeights Learned(GraphNode node, LearnedWeights learned, int bits, float inputScale) =>
        WithRoom(node, Learned(node, learned, bits), inputScale);

    /// <summary>The FP32 bias, one value an output channel; zeros where the node has none.</summary>
    public float[] Bias(GraphNode node)
    {
        int channels = Channels(node);
        if (!node.HasInput(2))
        {
            return new float[channels];
        }

        var bias = graph.Graph.Initializers[node.Inputs[2]].As<float>();
        if (bias.Length != channels)
        {
            var expanded = new float[channels];
            expanded.AsSpan().Fill(bias[0]); // a Gemm may broadcast one number
            return expanded;
        }

        return bias.ToArray();
    }

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

    // Scales only grow, so codes stay among those that they were chosen from.
    private QuantizedWeights WithRoom(GraphNode node, QuantizedWeights weights, float inputScale)
    {
        float[] scales = ScalesWithRoom(node, weights.Scales, inputScale);
        return scales.AsSpan().SequenceEqual(weights.Scales)
            ? weights
            : weights with
            {
                Codes = WeightQuantizer.Quantize(
                    WeightQuantizer.Dequantize(weights.Codes, weights.Shape, weights.Axis, weights.Scales),
                    weights.Shape,
                    weights.Axis,
                    scales,
                    sbyte.MinValue),
                Scales = scales,
            };
    }

    private float[] ScalesWithRoom(GraphNode node, float[] scales, float inputScale)
    {
        float[] bias = Bias(node);
        return [.. scales.Select((scale, channel) => Math.Max(scale, Math.Abs(bias[channel]) / inputScale / LargestBiasCode))];
    }

    private QuantizedWeights QuantizeLow(GraphNode node, int bits)
    {
        var data = graph.Graph.Initializers[node.Inputs[1]];
        int axis = OutputAxis(node);
        var (codes, scales) = LowBitScales.Quantize(data.As<float>(), data.Shape, axis, bits);
        return new QuantizedWeights(codes, scales, axis, data.Shape) { Bits = bits };
    }

    private float[] Scales(GraphNode node)
    {
        var data = graph.Graph.Initializers[node.Inputs[1]];
        return ChannelScales.MaxAbs(data.As<float>(), data.Shape, OutputAxis(node));
    }

    private QuantizedWeights Quantize(GraphNode node, float[] scales)
    {
        var data = graph.Graph.Initializers[node.Inputs[1]];
        int axis = OutputAxis(node);
        return new QuantizedWeights(WeightQuantizer.Quantize(data.As<float>(), data.Shape, axis, scales), scales, axis, data.Shape);
    }
}
