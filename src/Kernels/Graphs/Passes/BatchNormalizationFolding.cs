namespace Cluster.Kernels.Graphs.Passes;

/// <summary>
/// Folds inference-mode BatchNormalization into the Conv, ConvTranspose or Gemm before it: k = gamma / sqrt(var +
/// epsilon), W' = k W along the output channels, b' = (b - mean) k + beta. Computed in double, rounded once.
/// </summary>
internal static class BatchNormalizationFolding
{
    public static ModelGraph Apply(ModelGraph graph) => PairFusion.Apply(graph, Fuse);

    private static GraphNode? Fuse(GraphNode first, GraphNode second, int input, GraphEditor editor)
    {
        if (input != 0
            || ChannelNormalization.Of(second, editor) is not { } normal
            || ChannelWeights.Of(first, editor) is not { } layer
            || normal.Factors.Length != layer.Channels)
        {
            return null;
        }

        var (factors, mean, shift) = normal;
        double[] bias = [.. factors.Select((factor, channel) => ((layer.Bias[channel] - mean[channel]) * factor) + shift[channel])];
        return layer.Scaled(factors, bias, editor) with { Outputs = second.Outputs };
    }
}
