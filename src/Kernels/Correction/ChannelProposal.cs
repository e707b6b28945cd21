using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Correction;

/// <summary>
/// A correction of one layer, derived from its output's channels in FP32 and quantized. Batches may be observed concurrently: sums are kept
/// per batch and added in batch order, so the result does not depend on the order of the threads.
/// </summary>
/// <param name="hasSquares">Whether squares of the values are summed too.</param>
internal abstract class ChannelProposal(GraphNode node, int batches, bool hasSquares)
{
    protected GraphNode Node => node;

    /// <summary>By batch, in FP32.</summary>
    protected ChannelSums[] Exact { get; } = new ChannelSums[batches];

    /// <summary>By batch, quantized.</summary>
    protected ChannelSums[] Rounded { get; } = new ChannelSums[batches];

    public IRunObserver Float32(int batch) => Into(Exact, batch);

    public IRunObserver Quantized(int batch) => Into(Rounded, batch);

    /// <summary>The network with the layer corrected, after every batch was observed.</summary>
    public abstract QuantizedNetwork Apply(QuantizedNetwork network);

    private Onlooker Into(ChannelSums[] sums, int batch) => new((computed, value) =>
    {
        if (computed.Name == node.Name)
        {
            sums[batch] = ChannelSums.Of(value, hasSquares);
        }
    });
}

/// <summary>Sums over everything but the channel: of the values and of their squares, each of <paramref name="Count"/> values.</summary>
/// <param name="Squares">Empty where they are not needed.</param>
internal readonly record struct ChannelSums(double[] Values, double[] Squares, long Count)
{
    /// <param name="value">(N, C, H, W) or (N, C).</param>
    public static ChannelSums Of(Tensor value, bool hasSquares)
    {
        using var squares = hasSquares ? value.mul(value) : null;
        return new ChannelSums(
            TensorStatistics.ChannelSums(value),
            squares is null ? [] : TensorStatistics.ChannelSums(squares),
            value.NumberOfElements / value.shape[1]);
    }
}
