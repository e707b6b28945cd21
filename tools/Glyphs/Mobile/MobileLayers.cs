namespace Cluster.Glyphs.Mobile;

/// <summary>What networks for small devices are made of, with random weights; batch normalizations are taken for merged.</summary>
internal static class MobileLayers
{
    /// <summary>A convolution and what follows it.</summary>
    /// <param name="activation">Relu, HardSwish, or Silu, which becomes the two nodes that exporters write.</param>
    /// <returns>The output's name, which is the layer's.</returns>
    public static string Layer(
        this GraphWriter net, string name, string input, long inputs, long outputs, long kernel, long stride, string activation)
    {
        net.Convolution(name, input, inputs, outputs, kernel, stride, $"{name}_sum");
        return net.Activated(name, activation);
    }

    /// <summary>A filter for each channel.</summary>
    /// <param name="activation">As of <see cref="Layer"/>; null: none.</param>
    public static string Depthwise(
        this GraphWriter net, string name, string input, long channels, long kernel, long stride, string? activation)
    {
        net.Convolution(name, input, channels, channels, kernel, stride, activation is null ? name : $"{name}_sum", groups: channels);
        return activation is null ? name : net.Activated(name, activation);
    }

    /// <summary>A 1x1 convolution with nothing behind it.</summary>
    public static string Pointwise(this GraphWriter net, string name, string input, long inputs, long outputs)
    {
        net.Convolution(name, input, inputs, outputs, kernel: 1, stride: 1, name);
        return name;
    }

    /// <summary>Squeeze and excitation (Hu et al. 2018): each channel times a number between 0 and 1 that the means of all tell.</summary>
    /// <param name="activation">Of the squeezed means.</param>
    /// <param name="gate">HardSigmoid, which rises by a sixth as that of MobileNetV3 does, or Sigmoid.</param>
    public static string Excited(
        this GraphWriter net, string name, string input, long channels, long squeezed, string activation, string gate)
    {
        net.Node("GlobalAveragePool", [input], $"{name}_means");
        net.Layer($"{name}_squeeze", $"{name}_means", channels, squeezed, 1, 1, activation);
        net.Pointwise($"{name}_excite", $"{name}_squeeze", squeezed, channels);
        (string, AttributeValue)[] slope = gate == "HardSigmoid" ? [("alpha", AttributeValue.Of(1 / 6f))] : [];
        net.Node(gate, [$"{name}_excite"], $"{name}_gate", slope);
        net.Node("Mul", [input, $"{name}_gate"], name);
        return name;
    }

    /// <summary>The mean of each channel, and a layer of the classes.</summary>
    public static ModelGraph Classified(this GraphWriter net, string input, long channels)
    {
        net.Node("GlobalAveragePool", [input], "pool");
        net.Node("Flatten", ["pool"], "features", ("axis", AttributeValue.Of(1L)));
        string[] classifier =
        [
            net.Normal("classifier.weight", [GlyphGenerator.Classes, channels], channels),
            net.Zeros("classifier.bias", [GlyphGenerator.Classes]),
        ];
        net.Node("Gemm", ["features", .. classifier], "logits", ("transB", AttributeValue.Of(1L)));
        return net.Build(
            new ValueInfo("input", ElementType.Float, [-1, 1, GlyphGenerator.Size, GlyphGenerator.Size]),
            new ValueInfo("logits", ElementType.Float, [-1, GlyphGenerator.Classes]));
    }

    private static string Activated(this GraphWriter net, string name, string activation)
    {
        if (activation == "Silu")
        {
            net.Node("Sigmoid", [$"{name}_sum"], $"{name}_sigmoid");
            net.Node("Mul", [$"{name}_sum", $"{name}_sigmoid"], name);
        }
        else
        {
            net.Node(activation, [$"{name}_sum"], name);
        }

        return name;
    }
}
