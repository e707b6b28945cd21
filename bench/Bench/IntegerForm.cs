using Cluster.Kernels.Quantization;
using Cluster.Kernels.QuantizedNetworks;
using Cluster.Plans;

namespace Cluster.Bench;

/// <summary>A form of 8-bit weights that files are compared in.</summary>
/// <param name="IsUnsigned">Weights are stored as uint8 around 128.</param>
/// <param name="IsHalved">Weights have 7 bits, as reduce_range of ONNX Runtime's and others' tools makes them.</param>
internal sealed record IntegerForm(string Name, GroupFormat Format, bool IsUnsigned = false, bool IsHalved = false)
{
    private const int LargestHalved = 63;
    private const float LargestFull = 127;

    /// <summary>Full-range int8, which saturates without VNNI; the same numbers as uint8; 7 bits; safe pairs.</summary>
    public static IReadOnlyList<IntegerForm> All { get; } =
    [
        new("int8", GroupFormat.Int8),
        new("uint8", GroupFormat.Int8, IsUnsigned: true),
        new("7 bits", GroupFormat.Int8, IsHalved: true),
        new("int8-safe", GroupFormat.Int8Safe),
    ];

    /// <summary>The network with weights of this form.</summary>
    public QuantizedNetwork Of(QuantizedNetwork network) => !IsHalved ? network : network.WithLearned(new LearnedParameters
    {
        Weights = network.Graph.WeightedNodes.Where(network.Layout.HasQuantizedWeights).ToDictionary(node => node.Name, node =>
        {
            var weights = network.Graph.Graph.Initializers[node.Inputs[1]];
            int axis = WeightBank.OutputAxis(node);
            float[] scales =
            [
                .. ChannelScales.MaxAbs(weights.As<float>(), weights.Shape, axis).Select(scale => scale * LargestFull / LargestHalved),
            ];
            return new LearnedWeights(
                WeightQuantizer.Quantize(weights.As<float>(), weights.Shape, axis, scales, -LargestHalved, LargestHalved), scales);
        }),
    });
}
