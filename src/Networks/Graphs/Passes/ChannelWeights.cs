namespace Cluster.Networks.Graphs.Passes;

/// <summary>
/// Weight and bias of a Conv, ConvTranspose or Gemm seen by output channel, so that a per-channel affine map can be
/// folded in.
/// </summary>
/// <param name="channelOf">The output channel of an element of the weight.</param>
internal sealed class ChannelWeights(GraphNode node, TensorData weight, double[] bias, Func<int, int> channelOf)
{
    public int Channels => bias.Length;

    /// <summary>One value per channel, zeros if the node has none.</summary>
    public double[] Bias => bias;

    /// <summary>Null for other operators, computed weights or biases, or a bias without exactly one value per channel.</summary>
    public static ChannelWeights? Of(GraphNode node, GraphEditor editor)
    {
        if (node.OpType is not ("Conv" or "ConvTranspose" or "Gemm") || node.Outputs.Count != 1
            || editor.Constant(node, 1) is not { Type: ElementType.Float } weight)
        {
            return null;
        }

        long[] shape = weight.Shape;
        int channels;
        Func<int, int> channelOf;
        int inner = (int)(weight.Count / Math.Max(1, shape[0]));
        if (node.OpType == "Gemm")
        {
            // transB: (N, K), otherwise (K, N)
            bool transposed = node.GetInt("transB", 0) != 0;
            if (shape.Length != 2 || node.GetFloat("alpha", 1) != 1 || node.GetFloat("beta", 1) != 1)
            {
                return null;
            }

            channels = (int)(transposed ? shape[0] : shape[1]);
            int count = channels;
            channelOf = transposed ? index => index / inner : index => index % count;
        }
        else if (shape.Length < 3)
        {
            return null;
        }
        else if (node.OpType == "Conv")
        {
            channels = (int)shape[0]; // (O, I/g, kernel)
            channelOf = index => index / inner;
        }
        else
        {
            // (I, O/g, kernel): the channels of group g follow those of group g - 1.
            int groups = (int)node.GetInt("group", 1);
            int perGroup = (int)shape[1];
            int inputsPerGroup = (int)(shape[0] / groups);
            int kernel = inner / Math.Max(1, perGroup);
            channels = perGroup * groups;
            channelOf = index => (index / inner / inputsPerGroup * perGroup) + (index % inner / kernel);
        }

        return ReadBias(node, channels, editor) is { } bias ? new ChannelWeights(node, weight, bias, channelOf) : null;
    }

    /// <summary>The node with its weight multiplied per output channel, and a new bias.</summary>
    public GraphNode Scaled(ReadOnlySpan<double> factors, double[] newBias, GraphEditor editor)
    {
        float[] scaled = weight.As<float>().ToArray();
        for (int i = 0; i < scaled.Length; i++)
        {
            scaled[i] = (float)(scaled[i] * factors[channelOf(i)]);
        }

        return WithBias(newBias, editor).WithInput(1, editor.Add($"{node.Name}.weight", TensorData.FromFloats(weight.Shape, scaled)));
    }

    /// <summary>The node with a new bias of one value a channel.</summary>
    public GraphNode WithBias(double[] newBias, GraphEditor editor) =>
        node.WithInput(
            2, editor.Add($"{node.Name}.bias", TensorData.FromFloats([Channels], Array.ConvertAll(newBias, value => (float)value))));

    private static double[]? ReadBias(GraphNode node, int channels, GraphEditor editor)
    {
        if (!node.HasInput(2))
        {
            return new double[channels];
        }

        // Gemm broadcasts its bias: one value for all, a vector, or a row.
        if (editor.Constant(node, 2) is not { Type: ElementType.Float } bias
            || (bias.Count != channels && bias.Count != 1)
            || (bias.Count > 1 && bias.Shape[^1] != channels))
        {
            return null;
        }

        float[] values = bias.As<float>().ToArray();
        return [.. Enumerable.Range(0, channels).Select(i => (double)values[values.Length == 1 ? 0 : i])];
    }
}
