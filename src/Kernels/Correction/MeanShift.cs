namespace Cluster.Kernels.Correction;

/// <summary>
/// Restores the FP32 mean of each channel of one layer's output, by its bias. Batches may be observed concurrently: sums are kept per batch
/// and added in batch order, so the result does not depend on the order of the threads.
/// </summary>
internal sealed class MeanShift(GraphNode node, int batches)
{
    private readonly ChannelTotals[] _exact = new ChannelTotals[batches];
    private readonly ChannelTotals[] _rounded = new ChannelTotals[batches];

    public IRunObserver Float32(int batch) => Into(_exact, batch);

    public IRunObserver Quantized(int batch) => Into(_rounded, batch);

    /// <summary>
    /// The network with bias + E[y_fp32] - E[y_quantized], one value a channel, after every batch was observed.
    /// </summary>
    public QuantizedNetwork Apply(QuantizedNetwork network)
    {
        float[] bias = network.Bias(node);
        double[] exact = Mean(_exact, bias.Length);
        double[] rounded = Mean(_rounded, bias.Length);
        return network.WithBiases(new Dictionary<string, float[]>(network.CorrectedBiases, StringComparer.Ordinal)
        {
            [node.Name] = [.. bias.Select((value, channel) => (float)(value + exact[channel] - rounded[channel]))],
        });
    }

    private static double[] Mean(ChannelTotals[] parts, int channels)
    {
        double count = parts.Sum(part => part.Count);
        return [.. Enumerable.Range(0, channels).Select(channel => parts.Sum(part => part.Values[channel] / count))];
    }

    private Onlooker Into(ChannelTotals[] totals, int batch) => new((computed, value) =>
    {
        if (computed.Name == node.Name)
        {
            totals[batch] = new ChannelTotals(TensorStatistics.ChannelSums(value), value.NumberOfElements / value.shape[1]);
        }
    });

    /// <summary>Sums of a batch, (N, C, H, W) or (N, C), over everything but the channel, each of so many values.</summary>
    private readonly record struct ChannelTotals(double[] Values, long Count);
}
