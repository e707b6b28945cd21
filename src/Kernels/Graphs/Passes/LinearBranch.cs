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
    public static LinearBranch? OfNormalization(GraphNode node, GraphEditor editor) =>
        ChannelNormalization.Of(node, editor) is { } normal
            ? new LinearBranch(
                node.Inputs[0],
                null,
                TensorData.FromFloats([normal.Factors.Length], Array.ConvertAll(normal.Factors, factor => (float)factor)),
                [.. normal.Factors.Select((factor, channel) => normal.Shift[channel] - (normal.Mean[channel] * factor))])
            : null;

    /// <summary>The source itself as a branch.</summary>
    public static LinearBranch OfSource(string tensor, int channels) => new(
        tensor, null, TensorData.FromFloats([channels], [.. Enumerable.Repeat(1f, channels)]), new double[channels]);
}
