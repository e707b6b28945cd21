namespace Cluster.Glyphs;

/// <summary>Trained layers as nodes.</summary>
internal static class GraphWriterLayers
{
    /// <summary>The convolution alone.</summary>
    public static void Convolution(this GraphWriter net, string output, string input, NormalizedConvolution layer) => net.Node(
        "Conv",
        [input, net.Values($"{layer.Name}.weight", layer.Weight)],
        output,
        ("kernel_shape", AttributeValue.Of([layer.Kernel, layer.Kernel])),
        ("strides", AttributeValue.Of([layer.Stride, layer.Stride])),
        ("pads", AttributeValue.Of([layer.Padding, layer.Padding, layer.Padding, layer.Padding])),
        ("group", AttributeValue.Of((long)layer.Groups)));

    /// <summary>The normalization by running statistics.</summary>
    /// <param name="name">Prefix of its constants.</param>
    public static void Normalization(this GraphWriter net, string output, string input, string name, BatchNormalization layer) => net.Node(
        "BatchNormalization",
        [
            input, net.Values($"{name}.gain", layer.Gain), net.Values($"{name}.shift", layer.Shift),
            net.Values($"{name}.mean", layer.Mean), net.Values($"{name}.variance", layer.Variance),
        ],
        output,
        ("epsilon", AttributeValue.Of((float)BatchNormalization.Epsilon)));
}
