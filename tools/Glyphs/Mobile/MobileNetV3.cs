namespace Cluster.Glyphs.Mobile;

/// <summary>A small MobileNetV3 (Howard et al. 2019) of the sample's images: HardSwish, and HardSigmoid as the gate of channels.</summary>
internal static class MobileNetV3
{
    private const string Swish = "HardSwish";
    private const long Stem = 16;
    private const long Last = 160;

    private static readonly InvertedBlock[] Blocks =
    [
        new(3, 16, 16, 1, 8, "Relu"), new(3, 64, 24, 1, 0, "Relu"), new(3, 72, 24, 1, 0, "Relu"),
        new(5, 96, 40, 2, 24, Swish), new(5, 120, 40, 1, 32, Swish),
    ];

    public static ModelGraph ToGraph(long seed)
    {
        var net = new GraphWriter("glyphs-mobilenetv3", 17, (ulong)SplitMix64.Derive(seed, "glyphs/mobilenetv3"));
        string x = net.Layer("stem", "input", 1, Stem, 3, 2, Swish);
        x = InvertedBlock.WriteAll(Blocks, net, x, Stem, "Relu", "HardSigmoid");
        return net.Classified(net.Layer("last", x, Blocks[^1].Outputs, Last, 1, 1, Swish), Last);
    }
}
