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
        if (second.OpType != "BatchNormalization" || input != 0 || second.Outputs.Count != 1 || second.GetInt("training_mode", 0) != 0
            || ChannelWeights.Of(first, editor) is not { } layer)
        {
            return null;
        }

        var parameters = new TensorData?[4];
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i] = editor.Constant(second, 1 + i);
            if (parameters[i] is not { Type: ElementType.Float } vector || vector.Count != layer.Channels)
            {
                return null;
            }
        }

        double epsilon = second.GetFloat("epsilon", 1e-5f);
        ReadOnlySpan<float> gamma = parameters[0]!.As<float>();
        ReadOnlySpan<float> beta = parameters[1]!.As<float>();
        ReadOnlySpan<float> mean = parameters[2]!.As<float>();
        ReadOnlySpan<float> variance = parameters[3]!.As<float>();
        var factors = new double[layer.Channels];
        var bias = new double[layer.Channels];
        for (int channel = 0; channel < factors.Length; channel++)
        {
            factors[channel] = gamma[channel] / Math.Sqrt(variance[channel] + epsilon);
            bias[channel] = ((layer.Bias[channel] - mean[channel]) * factors[channel]) + beta[channel];
        }

        return layer.Scaled(factors, bias, editor) with { Outputs = second.Outputs };
    }
}
