namespace Cluster.Networks.Graphs.Passes;

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

/// <summary>Inference-mode BatchNormalization, in double: y = (x - mean) factor + shift for each channel.</summary>
/// <param name="Factors">gamma / sqrt(variance + epsilon).</param>
internal sealed record ChannelNormalization(double[] Factors, float[] Mean, float[] Shift)
{
    private const float UsualEpsilon = 1e-5f;

    /// <summary>Null for other operators, for training mode, and if a parameter is computed.</summary>
    public static ChannelNormalization? Of(GraphNode node, GraphEditor editor)
    {
        if (node.OpType != "BatchNormalization" || node.Outputs.Count != 1 || node.GetInt("training_mode", 0) != 0)
        {
            return null;
        }

        var parameters = new float[4][];
        for (int i = 0; i < parameters.Length; i++)
        {
            if (editor.Constant(node, 1 + i) is not { Type: ElementType.Float } vector)
            {
                return null;
            }

            parameters[i] = vector.As<float>().ToArray();
        }

        var (gain, shift, mean, variance) = (parameters[0], parameters[1], parameters[2], parameters[3]);
        double epsilon = node.GetFloat("epsilon", UsualEpsilon);
        return new ChannelNormalization([.. gain.Zip(variance, (g, v) => g / Math.Sqrt(v + epsilon))], mean, shift);
    }
}
