using Cluster.Kernels.Quantization;

namespace Cluster.Kernels.Reconstruction;

/// <summary>What a reconstruction begins with: how many bits each weight has and where activations are quantized, with calibrated ranges.</summary>
/// <param name="WeightBits">2 to 8, by the name of the weighted node; weights that are not listed stay in FP32.</param>
/// <param name="Activations">By tensor; every reader sees the tensor quantized. Codes and zero points stay, scales may be learned.</param>
public sealed record ReconstructionStart(IReadOnlyDictionary<string, int> WeightBits, IReadOnlyDictionary<string, QuantizationParameters> Activations)
{
    /// <summary>
    /// Scales of weights by node, one an output channel, codes -2^(b-1) to 2^(b-1) - 1 (8 bits: from -127). Nodes without an entry get the
    /// scales of least |w - w^|^2.4; below 4 bits the longer end of the codes may then lie on either side of 0, channel by channel.
    /// </summary>
    public IReadOnlyDictionary<string, float[]> WeightScales { get; init; } = new Dictionary<string, float[]>(StringComparer.Ordinal);
}
