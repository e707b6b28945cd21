using System.Globalization;

namespace Cluster.Glyphs;

/// <summary>
/// ResNet-50 with random weights, as exporters leave it once normalisations are folded: He et al., "Deep Residual Learning for Image
/// Recognition" (2015), table 1, strides in the 3x3 convolutions; 25.6 million parameters, 4.1 billion products an image of 224x224.
/// </summary>
internal static class ResidualGraph
{
    private const long Expansion = 4;
    private const long StemWidth = 64;

    // A ReLU halves the variance; a branch adds a quarter of its block's, so that sixteen of them do not explode.
    private const double AfterRelu = 0.5;
    private const double Branch = 4;

    private static readonly (int Blocks, long Width)[] Stages = [(3, 64), (4, 128), (6, 256), (3, 512)];

    /// <param name="size">Width and height of the input.</param>
    /// <param name="classes">Of the output: 1000 as published.</param>
    public static ModelGraph ToGraph(long seed, int size, long classes = 1000)
    {
        var net = new GraphWriter("resnet50", 13, (ulong)SplitMix64.Derive(seed, "resnet50"));
        Convolution(net, "stem_conv", "input", 3, StemWidth, 7, 2, 1);
        net.Node("Relu", ["stem_conv"], "stem_relu");
        net.Node(
            "MaxPool",
            ["stem_relu"],
            "stem",
            ("kernel_shape", AttributeValue.Of([3L, 3])),
            ("strides", AttributeValue.Of([2L, 2])),
            ("pads", AttributeValue.Of([1L, 1, 1, 1])));
        string x = "stem";
        long channels = StemWidth;
        for (int stage = 0; stage < Stages.Length; stage++)
        {
            var (blocks, width) = Stages[stage];
            for (int block = 0; block < blocks; block++)
            {
                string name = string.Create(CultureInfo.InvariantCulture, $"stage{stage + 1}_block{block + 1}");
                x = Block(net, name, x, channels, width, stage > 0 && block == 0 ? 2 : 1);
                channels = width * Expansion;
            }
        }

        net.Node("GlobalAveragePool", [x], "pool");
        net.Node("Flatten", ["pool"], "features", ("axis", AttributeValue.Of(1L)));
        net.Node(
            "Gemm",
            ["features", net.Normal("head.weight", [classes, channels], channels), net.Zeros("head.bias", [classes])],
            "logits",
            ("transB", AttributeValue.Of(1L)));
        return net.Build(
            new ValueInfo("input", ElementType.Float, [-1, 3, size, size]), new ValueInfo("logits", ElementType.Float, [-1, classes]));
    }

    private static string Block(GraphWriter net, string name, string input, long channels, long width, int stride)
    {
        Convolution(net, $"{name}_conv1", input, channels, width, 1, 1, AfterRelu);
        net.Node("Relu", [$"{name}_conv1"], $"{name}_relu1");
        Convolution(net, $"{name}_conv2", $"{name}_relu1", width, width, 3, stride, AfterRelu);
        net.Node("Relu", [$"{name}_conv2"], $"{name}_relu2");
        Convolution(net, $"{name}_conv3", $"{name}_relu2", width, width * Expansion, 1, 1, Branch);
        string shortcut = input;
        if (channels != width * Expansion || stride != 1)
        {
            shortcut = $"{name}_shortcut";
            Convolution(net, shortcut, input, channels, width * Expansion, 1, stride, 1);
        }

        net.Node("Add", [$"{name}_conv3", shortcut], $"{name}_sum");
        net.Node("Relu", [$"{name}_sum"], name);
        return name;
    }

    /// <param name="damping">The weights' variance is that which keeps the input's, divided by it.</param>
    private static void Convolution(
        GraphWriter net, string name, string input, long inputs, long outputs, long kernel, long stride, double damping)
    {
        long padding = kernel / 2;
        net.Node(
            "Conv",
            [
                input,
                net.Normal($"{name}.weight", [outputs, inputs, kernel, kernel], inputs * kernel * kernel * damping),
                net.Zeros($"{name}.bias", [outputs]),
            ],
            name,
            ("kernel_shape", AttributeValue.Of([kernel, kernel])),
            ("strides", AttributeValue.Of([stride, stride])),
            ("pads", AttributeValue.Of([padding, padding, padding, padding])));
    }
}
