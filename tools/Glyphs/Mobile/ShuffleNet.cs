namespace Cluster.Glyphs.Mobile;

/// <summary>
/// A small ShuffleNetV2 (Ma et al. 2018) of the sample's images: half of the channels pass a unit as they are, the other half through
/// three convolutions, and both are mixed.
/// </summary>
internal static class ShuffleNet
{
    private const long Stem = 16;
    private const int UnitsAStage = 2;

    private static readonly long[] Stages = [64, 128];

    public static ModelGraph ToGraph(long seed)
    {
        var net = new GraphWriter("glyphs-shufflenet", 17, (ulong)SplitMix64.Derive(seed, "glyphs/shufflenet"));
        string x = net.Layer("stem", "input", 1, Stem, 3, 1, "Relu");
        (long channels, long side) = (Stem, GlyphGenerator.Size);
        for (int stage = 0; stage < Stages.Length; stage++)
        {
            side /= 2;
            x = Smaller(net, $"stage{stage + 1}.0", x, channels, Stages[stage], side);
            channels = Stages[stage];
            for (int unit = 1; unit <= UnitsAStage; unit++)
            {
                x = Unit(net, $"stage{stage + 1}.{unit}", x, channels, side);
            }
        }

        return net.Classified(net.Layer("last", x, channels, channels, 1, 1, "Relu"), channels);
    }

    private static string Unit(GraphWriter net, string name, string input, long channels, long side)
    {
        long half = channels / 2;
        string[] parts = [$"{name}_kept", $"{name}_taken"];
        net.Nodes("Split", [input, net.Ints($"{name}.halves", half, half)], $"{name}_split", parts, ("axis", AttributeValue.Of(1L)));
        return Shuffled(net, name, parts[0], Branch(net, name, parts[1], half, half, stride: 1), channels, side);
    }

    // Half as wide and high: no channel passes as it is.
    private static string Smaller(GraphWriter net, string name, string input, long inputs, long outputs, long side)
    {
        string short1 = net.Depthwise($"{name}.short_depthwise", input, inputs, 3, 2, activation: null);
        string short2 = net.Layer($"{name}.short", short1, inputs, outputs / 2, 1, 1, "Relu");
        return Shuffled(net, name, short2, Branch(net, name, input, inputs, outputs / 2, stride: 2), outputs, side);
    }

    private static string Branch(GraphWriter net, string name, string input, long inputs, long outputs, long stride)
    {
        string wide = net.Layer($"{name}.first", input, inputs, outputs, 1, 1, "Relu");
        string deep = net.Depthwise($"{name}.depthwise", wide, outputs, 3, stride, activation: null);
        return net.Layer($"{name}.second", deep, outputs, outputs, 1, 1, "Relu");
    }

    // Channels 0, 1, 2, ... of both parts in turn.
    private static string Shuffled(GraphWriter net, string name, string first, string second, long channels, long side)
    {
        net.Node("Concat", [first, second], $"{name}_parts", ("axis", AttributeValue.Of(1L)));
        net.Node("Reshape", [$"{name}_parts", net.Ints($"{name}.rows", 0, 2, channels / 2, side, side)], $"{name}_rows");
        net.Node("Transpose", [$"{name}_rows"], $"{name}_turned", ("perm", AttributeValue.Of([0L, 2, 1, 3, 4])));
        net.Node("Reshape", [$"{name}_turned", net.Ints($"{name}.planes", 0, channels, side, side)], name);
        return name;
    }
}
