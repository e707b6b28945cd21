namespace Cluster.Glyphs.Mobile;

/// <summary>A small EfficientNet (Tan and Le 2019) of the sample's images: SiLU, and Sigmoid as each block's gate of channels.</summary>
internal static class EfficientNet
{
    private const string Silu = "Silu";
    private const long Stem = 16;
    private const long Last = 128;

    private static readonly InvertedBlock[] Blocks =
    [
        new(3, 16, 16, 1, 4, Silu), new(3, 64, 24, 1, 4, Silu), new(3, 96, 24, 1, 6, Silu),
        new(5, 96, 40, 2, 6, Silu), new(5, 160, 40, 1, 10, Silu),
    ];

    public static ModelGraph ToGraph(long seed)
    {
        var net = new GraphWriter("glyphs-efficientnet", 17, (ulong)SplitMix64.Derive(seed, "glyphs/efficientnet"));
        string x = net.Layer("stem", "input", 1, Stem, 3, 2, Silu);
        x = InvertedBlock.WriteAll(Blocks, net, x, Stem, Silu, "Sigmoid");
        return net.Classified(net.Layer("last", x, Blocks[^1].Outputs, Last, 1, 1, Silu), Last);
    }
}
