using System.Collections.Concurrent;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Groups;
using Cluster.Kernels.Quantization;

namespace Cluster.Kernels.Planning;

/// <summary>The INT8 weights and FP32 biases of a network's weighted nodes; each is quantized once, whatever the plans are. Thread-safe.</summary>
public sealed class WeightBank(GroupedGraph graph)
{
    private readonly ConcurrentDictionary<string, QuantizedWeights> _weights = new(StringComparer.Ordinal);

    /// <summary>Codes with scale max|w| / 127 of each output channel.</summary>
    public QuantizedWeights Weights(GraphNode node) => _weights.GetOrAdd(node.Name, _ =>
    {
        var data = graph.Graph.Initializers[node.Inputs[1]];
        int axis = OutputAxis(node);
        var values = data.As<float>();
        float[] scales = ChannelScales.MaxAbs(values, data.Shape, axis);
        return new QuantizedWeights(WeightQuantizer.Quantize(values, data.Shape, axis, scales), scales, axis, data.Shape);
    });

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
}
