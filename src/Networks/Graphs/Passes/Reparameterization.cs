namespace Cluster.Networks.Graphs.Passes;

/// <summary>
/// Re-parameterises blocks as RepVGG trains them (Ding et al., "RepVGG: making VGG-style ConvNets great again", CVPR 2021): a sum of
/// convolutions of one tensor and of its batch normalization becomes one convolution, whose kernel holds the smaller ones padded with
/// zeros. A tensor that is added to its own convolution stays a sum: with ones among its weights the convolution would lose accuracy in
/// INT8.
/// </summary>
internal static class Reparameterization
{
    /// <summary>Each sum of two such branches is one; a sum of which that is a branch needs another call.</summary>
    public static ModelGraph Apply(ModelGraph graph)
    {
        var editor = new GraphEditor(graph);
        var uses = PairFusion.CountUses(graph);
        var producers = graph.Nodes.Where(node => node.Outputs.Count == 1).ToDictionary(node => node.Output, StringComparer.Ordinal);
        var nodes = new List<GraphNode>(graph.Nodes.Count);
        var gone = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in graph.Nodes)
        {
            if (node.OpType == "Add" && Merge(node) is { } whole)
            {
                nodes.Add(whole with { Name = node.Name, Outputs = node.Outputs });
                gone.UnionWith(node.Inputs);
            }
            else
            {
                nodes.Add(node);
            }
        }

        return gone.Count == 0 ? graph : editor.Build(nodes.Where(node => node.Outputs.Count != 1 || !gone.Contains(node.Output)));

        GraphNode? Merge(GraphNode sum)
        {
            var branches = sum.Inputs.Select(Branch).ToArray();
            return branches.All(branch => branch is not null && branch.Source == branches[0]!.Source)
                && branches.OrderByDescending(branch => branch!.Node is not null).ToArray() is [{ Node: not null } main, { } other]
                ? ParallelConvolutions.Sum(main, other, editor)
                : null;
        }

        LinearBranch? Branch(string tensor) =>
            uses.GetValueOrDefault(tensor) == 1 && !gone.Contains(tensor) && producers.TryGetValue(tensor, out var node)
                ? LinearBranch.OfConvolution(node, editor) ?? LinearBranch.OfNormalization(node, editor)
                : null;
    }
}

/// <summary>
/// A summand, seen as one convolution of its source: a convolution, or inference-mode batch normalization, which works on each channel
/// alone.
/// </summary>
/// <param name="Source">The tensor it reads.</param>
/// <param name="Node">The convolution; null for a normalization.</param>
/// <param name="Weight">(O, I / groups, kernel…); for a normalization one factor per channel.</param>
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
}
