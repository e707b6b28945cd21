using Cluster.Kernels.Graphs;

namespace Cluster.Glyphs.Untrained;

/// <summary>ResNet-50 (He et al. 2015, arXiv:1512.03385, table 1; the stride in the 3x3 convolution), for ten classes.</summary>
internal static class ResNet50
{
    private const int Classes = 10;
    private const int Widening = 4;
    private static readonly (long Width, int Count)[] Stages = [(64, 3), (128, 4), (256, 6), (512, 3)];

    public static ModelGraph ToGraph(long seed, int side)
    {
        var net = new LayerWriter("resnet50", 13, seed, Fan.In);
        var signal = net.Pool(net.Activate(net.Convolve(LayerWriter.Input, 64, 7, 2, depthwise: false, gain: 2), Activation.Relu));
        for (int stage = 0; stage < Stages.Length; stage++)
        {
            for (int i = 0; i < Stages[stage].Count; i++)
            {
                signal = Bottleneck(net, signal, Stages[stage].Width, i == 0 && stage > 0 ? 2 : 1);
            }
        }

        return net.Classify(net.Flatten(signal), Classes, side);
    }

    // The branch has half the variance of the shortcut, and the sum is as large as what came in.
    private static Signal Bottleneck(LayerWriter net, Signal input, long width, int stride)
    {
        var signal = net.Activate(net.Convolve(input, width, 1, 1, depthwise: false, gain: 2), Activation.Relu);
        signal = net.Activate(net.Convolve(signal, width, 3, stride, depthwise: false, gain: 2), Activation.Relu);
        signal = net.Convolve(signal, Widening * width, 1, 1, depthwise: false, gain: 0.5);
        var shortcut = signal.Channels == input.Channels
            ? input
            : net.Convolve(input, signal.Channels, 1, stride, depthwise: false, gain: 1);
        return net.Activate(net.Add(signal, shortcut), Activation.Relu);
    }
}
