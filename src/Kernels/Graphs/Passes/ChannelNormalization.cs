namespace Cluster.Kernels.Graphs.Passes;

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
