using Cluster.Coordinator.Model;
using Cluster.Glyphs;

namespace Cluster.Reproductions.Mnist;

/// <summary>
/// The network of the text, with random weights: two convolutions of 5x5 with 20 and 50 channels, each with ReLU and a
/// pooling of 2x2, and layers of 500 and 10. The text's log_softmax, which changes no answer, is the loss's.
/// </summary>
internal static class MnistNetwork
{
    public const int Classes = 10;
    public const int Size = 28;

    public static ModelGraph ToGraph(long seed)
    {
        var net = new GraphWriter("mnist", 13, (ulong)SplitMix64.Derive(seed, "reproductions/mnist"));
        Convolution(net, "conv1", "input", 1, 20);
        Convolution(net, "conv2", "conv1", 20, 50);
        net.Node("Flatten", ["conv2"], "features", ("axis", AttributeValue.Of(1L)));
        Linear(net, "fc1", "features", 4 * 4 * 50, 500, "fc1_sum");
        net.Node("Relu", ["fc1_sum"], "fc1");
        Linear(net, "fc2", "fc1", 500, Classes, "logits");
        return net.Build(
            new ValueInfo("input", ElementType.Float, [-1, 1, Size, Size]), new ValueInfo("logits", ElementType.Float, [-1, Classes]));
    }

    private static void Convolution(GraphWriter net, string name, string input, long inputs, long outputs)
    {
        const long Kernel = 5;
        net.Node(
            "Conv",
            [
                input, net.Normal($"{name}.weight", [outputs, inputs, Kernel, Kernel], inputs * Kernel * Kernel),
                net.Zeros($"{name}.bias", [outputs]),
            ],
            $"{name}_sum",
            ("kernel_shape", AttributeValue.Of([Kernel, Kernel])));
        net.Node("Relu", [$"{name}_sum"], $"{name}_positive");
        net.Node(
            "MaxPool",
            [$"{name}_positive"],
            name,
            ("kernel_shape", AttributeValue.Of([2L, 2])),
            ("strides", AttributeValue.Of([2L, 2])));
    }

    private static void Linear(GraphWriter net, string name, string input, long inputs, long outputs, string output) => net.Node(
        "Gemm",
        [input, net.Normal($"{name}.weight", [outputs, inputs], inputs), net.Zeros($"{name}.bias", [outputs])],
        output,
        ("transB", AttributeValue.Of(1L)));
}
