namespace Cluster.Kernels.Graphs.Passes;

/// <summary>
/// A summand, seen as one convolution of its source: a convolution, inference-mode batch normalization, or the source itself. The last two
/// work on each channel alone.
/// </summary>
/// <param name="Source">The tensor it reads.</param>
/// <param name="Node">The convolution; null for the others.</param>
/// <param name="Weight">(O, I / groups, kernel…); for the others one factor per channel.</param>
/// <param name="Bias">One value an output channel.</param>
internal sealed record LinearBranch(string Source, GraphNode? Node, TensorData Weight, double[] Bias)
{
    private const float UsualEpsilon = 1e-5f;

    /// <summary>Null for other operators, and if weights are computed or have an unexpected shape.</summary>
    public static LinearBranch? OfConvolution(GraphNode node, GraphEditor editor) =>
        node.OpType == "Conv"
        && ChannelWeights.Of(node, editor) is { } layer
        && node.GetInts("pads") is not null
        && node.GetInts("strides") is not null
        && (node.GetInts("dilations") ?? []).All(step => step == 1)
            ? new LinearBranch(node.Inputs[0], node, editor.Constant(node, 1)!, layer.Bias)
            : null;

    /// <summary>Null for other operators, for training mode, and if a parameter is computed.</summary>
    public static LinearBranch? OfNormalization(GraphNode node, GraphEditor editor)
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
        double[] factors = [.. gain.Zip(variance, (g, v) => g / Math.Sqrt(v + epsilon))];
        return new LinearBranch(
            node.Inputs[0],
            null,
            TensorData.FromFloats([factors.Length], Array.ConvertAll(factors, factor => (float)factor)),
            [.. factors.Select((factor, channel) => shift[channel] - (mean[channel] * factor))]);
    }

    /// <summary>The source itself as a branch.</summary>
    public static LinearBranch OfSource(string tensor, int channels) => new(
        tensor, null, TensorData.FromFloats([channels], [.. Enumerable.Repeat(1f, channels)]), new double[channels]);
}
