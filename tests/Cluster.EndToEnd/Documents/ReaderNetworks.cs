namespace Cluster.EndToEnd.Documents;

/// <summary>Small networks of random weights for images of 24 x 24 in colour, with the names that the documents give to theirs.</summary>
internal static class ReaderNetworks
{
    public const int Classes = 12;
    private const int Side = 24;
    private const int Channels = 8;

    /// <summary>With the groups conv2_1/dw, fire2/squeeze1x1 and fc.</summary>
    public static ModelGraph Convolutional()
    {
        var net = new GraphWriter("net", 13, seed: 1);
        net.Convolution("conv1", "image", 3, Channels, kernel: 3, stride: 2, "conv1");
        net.Node("Relu", ["conv1"], "conv1/relu");
        net.Convolution("conv2_1/dw", "conv1/relu", Channels, Channels, kernel: 3, stride: 1, "conv2_1/dw", groups: Channels);
        net.Node("Relu", ["conv2_1/dw"], "conv2_1/dw/relu");
        net.Convolution("fire2/squeeze1x1", "conv2_1/dw/relu", Channels, Channels, kernel: 1, stride: 1, "fire2/squeeze1x1");
        net.Node("Relu", ["fire2/squeeze1x1"], "fire2/relu");
        net.Node("GlobalAveragePool", ["fire2/relu"], "pool");
        net.Node("Flatten", ["pool"], "flat");
        return Classified(net, "flat", "fc");
    }

    /// <summary>A LayerNormalization before a product, as in each block of a transformer.</summary>
    public static ModelGraph Transformer()
    {
        const long patch = 4, tokens = Side / patch * (Side / patch), width = 16;
        var net = new GraphWriter("vit", 17, seed: 2);
        net.Node(
            "Conv",
            ["image", net.Normal("patch.weight", [width, 3, patch, patch], 3 * patch * patch), net.Zeros("patch.bias", [width])],
            "patches",
            ("strides", AttributeValue.Of([patch, patch])));
        net.Node("Reshape", ["patches", net.Ints("patch.shape", 0, width, tokens)], "rows");
        net.Node("Transpose", ["rows"], "sequence", ("perm", AttributeValue.Of([0L, 2, 1])));
        net.Normalized("norm", "sequence", "normal", width);
        net.Linear("layer", "normal", width, Channels, "hidden");
        net.Node("ReduceMean", ["hidden"], "mean", ("axes", AttributeValue.Of([1L])), ("keepdims", AttributeValue.Of(0L)));
        return Classified(net, "mean", "head");
    }

    // UntrainedSample sets the biases, by their name.
    private static ModelGraph Classified(GraphWriter net, string input, string name)
    {
        net.Node(
            "Gemm",
            [input, net.Normal($"{name}.weight", [Channels, Classes], Channels), net.Zeros("classifier.bias", [Classes])],
            name);
        return net.Build(
            new ValueInfo("image", ElementType.Float, [-1, 3, Side, Side]), new ValueInfo(name, ElementType.Float, [-1, Classes]));
    }
}
