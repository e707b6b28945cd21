using Cluster.Kernels.Graphs;

namespace Cluster.Glyphs.Untrained;

/// <summary>
/// A network of 12 groups that takes some tens of microseconds at batch 1: five depthwise-separable blocks of 64 to 192 channels.
/// </summary>
internal static class DepthwiseNet
{
    private const int Classes = 10;
    private static readonly (long Channels, int Stride)[] Blocks = [(64, 2), (96, 1), (128, 2), (160, 1), (192, 1)];

    public static ModelGraph ToGraph(long seed, int side)
    {
        var net = new LayerWriter("depthwise", 13, seed, Fan.In);
        var signal = net.Activate(net.Convolve(LayerWriter.Input, 64, 3, 4, depthwise: false, gain: 2), Activation.Relu);
        foreach (var (channels, stride) in Blocks)
        {
            signal = net.Activate(net.Convolve(signal, signal.Channels, 3, stride, depthwise: true, gain: 2), Activation.Relu);
            signal = net.Activate(net.Convolve(signal, channels, 1, 1, depthwise: false, gain: 2), Activation.Relu);
        }

        return net.Classify(net.Flatten(signal), Classes, side);
    }
}
