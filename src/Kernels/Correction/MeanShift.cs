using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Correction;

/// <summary>
/// Per-channel means of one node's output, in FP32 and quantized. Sums are kept per batch and added in batch order, so the result does not
/// depend on the order of the threads.
/// </summary>
internal sealed class MeanShift(GraphNode node, int batches) : IChannelProposal
{
    private readonly (double[] Sums, long Count)[] _float32 = new (double[], long)[batches];
    private readonly (double[] Sums, long Count)[] _quantized = new (double[], long)[batches];

    public IRunObserver Float32(int batch) => new Probe(node, result => _float32[batch] = result);

    public IRunObserver Quantized(int batch) => new Probe(node, result => _quantized[batch] = result);

    public QuantizedNetwork Apply(QuantizedNetwork network) => network.WithBiases(
        new Dictionary<string, float[]>(network.CorrectedBiases, StringComparer.Ordinal) { [node.Name] = Apply(network.Bias(node)) });

    /// <summary>bias + E[y_fp32] - E[y_quantized], one value a channel.</summary>
    private float[] Apply(float[] bias)
    {
        double[] exact = Mean(_float32, bias.Length);
        double[] rounded = Mean(_quantized, bias.Length);
        return [.. bias.Select((value, channel) => (float)(value + exact[channel] - rounded[channel]))];
    }

    private static double[] Mean((double[] Sums, long Count)[] parts, int channels)
    {
        double[] mean = new double[channels];
        long count = parts.Sum(part => part.Count);
        foreach (var (sums, _) in parts)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                mean[channel] += sums[channel] / count;
            }
        }

        return mean;
    }

    private sealed class Probe(GraphNode node, Action<(double[] Sums, long Count)> report) : IRunObserver
    {
        public void Computed(GraphNode computed, Tensor value)
        {
            if (computed.Name == node.Name)
            {
                // (N, C, H, W) or (N, C): the mean is over everything but the channel.
                report(
                    (TensorStatistics.ChannelSums(value), value.shape.Aggregate(1L, (product, size) => product * size) / value.shape[1]));
            }
        }

        public Tensor? Quantized(string tensor, Tensor steps, QuantizationParameters parameters) => null;
    }
}
