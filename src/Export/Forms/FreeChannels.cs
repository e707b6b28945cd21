namespace Cluster.Export.Forms;

/// <summary>Counts of channels that INT8 pads, for those who prune: up to the next count a layer takes as long.</summary>
/// <param name="Layer">A convolution.</param>
/// <param name="Channels">That it writes.</param>
/// <param name="Free">The next count that no padding is added to.</param>
public sealed record FreeChannels(string Layer, int Channels, int Free)
{
    /// <summary>The convolutions of a network in FP32 that are padded, in its order.</summary>
    public static IReadOnlyList<FreeChannels> Of(ModelGraph network) =>
    [
        .. network.Nodes.Where(node => node is { OpType: "Conv", Domain: "" })
            .Select(node => (node, network.Initializers.GetValueOrDefault(node.Inputs[1])?.Shape))
            .Where(pair => pair.Shape is { Length: 4 })
            .Select(pair => new FreeChannels(pair.node.Name, (int)pair.Shape![0], Next(pair.node.GetInt("group", 1), pair.Shape)))
            .Where(layer => layer.Free > layer.Channels),
    ];

    private static int Next(long group, long[] shape)
    {
        int channels = (int)shape[0];
        var rule = ChannelRule.Codes;
        return group == 1 ? rule.Written(channels)
            : group == channels && shape[1] == 1 ? ChannelRule.Up(channels, rule.Depthwise)
            : channels;
    }
}
