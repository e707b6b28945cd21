using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Correction;

/// <summary>Restores the FP32 mean and standard deviation of each channel of one layer's output. Sums are added in batch order.</summary>
internal sealed class MomentMatch(GraphNode node, int batches) : IChannelProposal
{
    // A channel that rounding has nearly silenced has no spread to restore.
    private const double LargestFactor = 2;

    private readonly Sums[] _float32 = new Sums[batches];
    private readonly Sums[] _quantized = new Sums[batches];

    public IRunObserver Float32(int batch) => new Probe(node, sums => _float32[batch] = sums);

    public IRunObserver Quantized(int batch) => new Probe(node, sums => _quantized[batch] = sums);

    public QuantizedNetwork Apply(QuantizedNetwork network)
    {
        var weights = network.Weights(node);
        float[] scales = [.. weights.Scales];
        float[] bias = [.. network.Bias(node)];
        for (int channel = 0; channel < scales.Length; channel++)
        {
            var (mean, deviation) = Moments(_float32, channel);
            var (quantizedMean, quantizedDeviation) = Moments(_quantized, channel);
            double factor = deviation / quantizedDeviation;
            factor = factor is >= 1 / LargestFactor and <= LargestFactor ? factor : 1;
            scales[channel] = (float)(scales[channel] * factor);
            bias[channel] = (float)(((bias[channel] - quantizedMean) * factor) + mean);
        }

        return network.With(
            new Dictionary<string, LearnedWeights>(network.LearnedWeights, StringComparer.Ordinal)
            {
                [node.Name] = new LearnedWeights(weights.Codes, scales)
            },
            new Dictionary<string, float[]>(network.CorrectedBiases, StringComparer.Ordinal) { [node.Name] = bias });
    }

    private static (double Mean, double Deviation) Moments(Sums[] parts, int channel)
    {
        double count = parts.Sum(part => (double)part.Count);
        double mean = parts.Sum(part => part.First[channel]) / count;
        double square = parts.Sum(part => part.Second[channel]) / count;
        return (mean, Math.Sqrt(Math.Max(square - (mean * mean), 0)));
    }

    /// <summary>Sums of the values and of their squares, one a channel, over <paramref name="Count"/> values.</summary>
    private readonly record struct Sums(double[] First, double[] Second, long Count);

    private sealed class Probe(GraphNode node, Action<Sums> report) : IRunObserver
    {
        public void Computed(GraphNode computed, Tensor value)
        {
            if (computed.Name == node.Name)
            {
                using var squares = value.mul(value);
                report(new Sums(
                    TensorStatistics.ChannelSums(value),
                    TensorStatistics.ChannelSums(squares),
                    value.shape.Aggregate(1L, (product, size) => product * size) / value.shape[1]));
            }
        }

        public Tensor? Quantized(string tensor, Tensor steps, QuantizationParameters parameters) => null;
    }
}
