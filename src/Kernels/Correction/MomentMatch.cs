using Cluster.Kernels.Graphs;
using Cluster.Kernels.Plans;

namespace Cluster.Kernels.Correction;

/// <summary>Restores the FP32 mean and standard deviation of each channel of one layer's output.</summary>
internal sealed class MomentMatch(GraphNode node, int batches) : ChannelProposal(node, batches, hasSquares: true)
{
    // A channel that rounding has nearly silenced has no spread to restore.
    private const double LargestFactor = 2;

    public override QuantizedNetwork Apply(QuantizedNetwork network)
    {
        var weights = network.Weights(Node);
        float[] scales = [.. weights.Scales];
        float[] bias = [.. network.Bias(Node)];
        for (int channel = 0; channel < scales.Length; channel++)
        {
            var (mean, deviation) = Moments(Exact, channel);
            var (quantizedMean, quantizedDeviation) = Moments(Rounded, channel);
            double factor = deviation / quantizedDeviation;
            factor = factor is >= 1 / LargestFactor and <= LargestFactor ? factor : 1;
            scales[channel] = (float)(scales[channel] * factor);
            bias[channel] = (float)(((bias[channel] - quantizedMean) * factor) + mean);
        }

        return network with
        {
            LearnedWeights = new Dictionary<string, LearnedWeights>(network.LearnedWeights, StringComparer.Ordinal)
            {
                [Node.Name] = new LearnedWeights(weights.Codes, scales)
            },
            CorrectedBiases = new Dictionary<string, float[]>(network.CorrectedBiases, StringComparer.Ordinal) { [Node.Name] = bias },
        };
    }

    private static (double Mean, double Deviation) Moments(ChannelSums[] parts, int channel)
    {
        double count = parts.Sum(part => (double)part.Count);
        double mean = parts.Sum(part => part.Values[channel]) / count;
        double square = parts.Sum(part => part.Squares[channel]) / count;
        return (mean, Math.Sqrt(Math.Max(square - (mean * mean), 0)));
    }
}
