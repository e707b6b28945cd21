namespace Cluster.Networks.Graphs.Groups;

/// <summary>
/// A convolution that multiplies each channel by a factor, as a normalization does that no layer took up: depthwise, of single points.
/// </summary>
internal static class ChannelFactor
{
    /// <summary>Whether a node is one.</summary>
    /// <param name="constants">Of the node's graph.</param>
    public static bool Is(GraphNode node, IReadOnlyDictionary<string, TensorData> constants) => node.OpType == "Conv"
        && constants.GetValueOrDefault(node.Inputs[1])?.Shape is [> 1 and var channels, 1, 1, 1]
        && node.GetInt("group", 1) == channels;
}
