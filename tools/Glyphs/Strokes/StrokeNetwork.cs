namespace Cluster.Glyphs.Strokes;

/// <summary>
/// A U-Net with random weights: three resolutions of two convolutions each, down by maximum pooling, up by transposed convolutions, and
/// what was seen on the way down beside what comes up.
/// </summary>
internal static class StrokeNetwork
{
    public const string Input = "image";

    private static readonly long[] Channels = [16, 32, 64];

    public static ModelGraph ToGraph(long seed)
    {
        var net = new GraphWriter("strokes-unet", 17, (ulong)SplitMix64.Derive(seed, "strokes/unet"));
        string x = Input;
        long channels = 1;
        for (int level = 0; level < Channels.Length; level++)
        {
            if (level > 0)
            {
                net.Node("MaxPool", [x], $"pool{level}", ("kernel_shape", Both(2)), ("strides", Both(2)));
                x = $"pool{level}";
            }

            x = Twice(net, $"down{level}", x, channels, Channels[level]);
            channels = Channels[level];
        }

        for (int level = Channels.Length - 2; level >= 0; level--)
        {
            long width = Channels[level];
            net.Node(
                "ConvTranspose",
                [x, net.Normal($"up{level}.weight", [channels, width, 2, 2], channels), net.Zeros($"up{level}.bias", [width])],
                $"up{level}",
                ("kernel_shape", Both(2)),
                ("strides", Both(2)));
            net.Node("Concat", [$"down{level}_2", $"up{level}"], $"beside{level}", ("axis", AttributeValue.Of(1L)));
            x = Twice(net, $"joined{level}", $"beside{level}", 2 * width, width);
            channels = width;
        }

        net.Node("Conv", [x, net.Normal("last.weight", [1, channels, 1, 1], channels), net.Zeros("last.bias", [1])], "strokes");
        long[] shape = [-1, 1, GlyphGenerator.Size, GlyphGenerator.Size];
        return net.Build(new ValueInfo(Input, ElementType.Float, shape), new ValueInfo("strokes", ElementType.Float, shape));
    }

    private static string Twice(GraphWriter net, string name, string input, long inputs, long outputs)
    {
        net.Convolution($"{name}.1", input, inputs, outputs, 3, 1, $"{name}_first");
        net.Node("Relu", [$"{name}_first"], $"{name}_1");
        net.Convolution($"{name}.2", $"{name}_1", outputs, outputs, 3, 1, $"{name}_second");
        net.Node("Relu", [$"{name}_second"], $"{name}_2");
        return $"{name}_2";
    }

    private static AttributeValue Both(long size) => AttributeValue.Of([size, size]);
}
