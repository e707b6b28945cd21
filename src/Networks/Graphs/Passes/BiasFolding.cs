namespace Cluster.Networks.Graphs.Passes;

/// <summary>
/// Folds the Add of a constant (one value per channel, or one for all) into the bias of the Conv, ConvTranspose or Gemm before it.
/// </summary>
internal static class BiasFolding
{
    public static ModelGraph Apply(ModelGraph graph) => PairFusion.Apply(graph, Fuse);

    private static GraphNode? Fuse(GraphNode first, GraphNode second, int input, GraphEditor editor)
    {
        if (second.OpType != "Add"
            || editor.Constant(second, 1 - input) is not { Type: ElementType.Float } added
            || ChannelWeights.Of(first, editor) is not { } layer
            || !IsPerChannel(added, layer.Channels, first, editor))
        {
            return null;
        }

        float[] values = added.As<float>().ToArray();
        var bias = new double[layer.Channels];
        for (int i = 0; i < bias.Length; i++)
        {
            bias[i] = layer.Bias[i] + values[values.Length == 1 ? 0 : i];
        }

        return layer.WithBias(bias, editor) with { Outputs = second.Outputs };
    }

    // Broadcasting aligns the last axes, so against (N, C, H, W) a per-channel constant is (C, 1, 1) or (1, C, 1, 1),
    // against (N, C) it is (C) or (1, C).
    private static bool IsPerChannel(TensorData added, int channels, GraphNode layer, GraphEditor editor)
    {
        int rank = editor.Constant(layer, 1)!.Shape.Length;
        if (added.Shape.Length > rank)
        {
            return false;
        }

        int channelAxis = added.Shape.Length - (rank - 1);
        return added.Count == 1 || (added.Count == channels && channelAxis >= 0 && added.Shape[channelAxis] == channels);
    }
}
