using Cluster.Kernels.Graphs;
using Cluster.Kernels.Plans;

namespace Cluster.Kernels.Correction;

/// <summary>Restores the FP32 mean of each channel of one layer's output, by its bias.</summary>
internal sealed class MeanShift(GraphNode node, int batches) : ChannelProposal(node, batches, hasSquares: false)
{
    /// <summary>bias + E[y_fp32] - E[y_quantized], one value a channel.</summary>
    public override QuantizedNetwork Apply(QuantizedNetwork network)
    {
        float[] bias = network.Bias(Node);
        double[] exact = Mean(Exact, bias.Length);
        double[] rounded = Mean(Rounded, bias.Length);
        return network.WithBiases(new Dictionary<string, float[]>(network.CorrectedBiases, StringComparer.Ordinal)
        {
            [Node.Name] = [.. bias.Select((value, channel) => (float)(value + exact[channel] - rounded[channel]))],
        });
    }

    private static double[] Mean(ChannelSums[] parts, int channels)
    {
        double count = parts.Sum(part => part.Count);
        return [.. Enumerable.Range(0, channels).Select(channel => parts.Sum(part => part.Values[channel] / count))];
    }
}
