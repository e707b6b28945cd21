using System.Collections.Concurrent;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Groups;
using Cluster.Kernels.Quantization;

namespace Cluster.Kernels.Planning;

/// <summary>The INT8 weights and FP32 biases of a network's weighted nodes; each is quantized once, whatever the plans are. Thread-safe.</summary>
public sealed class WeightBank(GroupedGraph graph)
{
    // Half of what INT32 holds: the sum of products and a corrected bias need room too.
    private const float LargestBiasCode = 1 << 30;

    private readonly ConcurrentDictionary<string, QuantizedWeights> _weights = new(StringComparer.Ordinal);

    /// <summary>
    /// Codes with scale max|w| / 127 of each output channel. A channel whose weights are so small that its bias would not fit the
    /// INT32 code |b| / (input scale * weight scale) gets the smallest scale with which it does: an integer kernel's accumulator
    /// wraps around where a simulation would saturate.
    /// </summary>
    public QuantizedWeights Weights(GraphNode node, float inputScale)
    {
        var weights = _weights.GetOrAdd(node.Name, _ => Quantize(node, Scales(node)));
        float[] bias = Bias(node);
        float[] scales = [.. weights.Scales.Select((scale, channel) => Math.Max(scale, Math.Abs(bias[channel]) / inputScale / LargestBiasCode))];
        return scales.AsSpan().SequenceEqual(weights.Scales) ? weights : Quantize(node, scales);
    }

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

    public int Channels(GraphNode node) => (int)graph.Graph.Initializers[node.Inputs[1]].Shape[OutputAxis(node)];

    /// <summary>The axis of the weight that is the node's output channel.</summary>
    public static int OutputAxis(GraphNode node) => node.OpType switch
    {
        "Conv" => 0,
        "Gemm" => node.GetInt("transB", 0) != 0 ? 0 : 1,
        _ => 1,
    };

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
