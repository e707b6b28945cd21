using Cluster.Kernels.Graphs;

namespace Cluster.Glyphs.Untrained;

/// <summary>MobileNetV3-small (Howard et al. 2019, arXiv:1905.02244, table 2), for ten classes.</summary>
internal static class MobileNetV3
{
    private const int Classes = 10;

    // Kernel, expanded, channels, whether gated, whether hardswish, stride.
    private static readonly (int Kernel, long Expanded, long Channels, bool IsGated, bool IsHard, int Stride)[] Blocks =
    [
        (3, 16, 16, true, false, 2), (3, 72, 24, false, false, 2), (3, 88, 24, false, false, 1),
        (5, 96, 40, true, true, 2), (5, 240, 40, true, true, 1), (5, 240, 40, true, true, 1),
        (5, 120, 48, true, true, 1), (5, 144, 48, true, true, 1),
        (5, 288, 96, true, true, 2), (5, 576, 96, true, true, 1), (5, 576, 96, true, true, 1),
    ];

    /// <param name="hardSwish">The form: <see cref="Activation.HardSwish"/> or <see cref="Activation.GatedHardSwish"/>.</param>
    /// <param name="blocks">How many of the eleven blocks.</param>
    public static ModelGraph ToGraph(long seed, Fan fan, int side, Activation hardSwish, int blocks = 11)
    {
        var net = new LayerWriter("mobilenet-v3-small", hardSwish == Activation.HardSwish ? 14 : 13, seed, fan);
        var signal = net.Activate(net.Convolve(LayerWriter.Input, 16, 3, 2, depthwise: false, gain: 2), hardSwish);
        foreach (var block in Blocks.Take(blocks))
        {
            var activation = block.IsHard ? hardSwish : Activation.Relu;
            long squeezed = block.IsGated ? (block.Expanded / 4 + 4) / 8 * 8 : 0;
            signal = new InvertedBlock(
                block.Kernel, block.Expanded, block.Channels, block.Stride, activation, squeezed, Activation.Relu, Activation.HardSigmoid)
                .Write(net, signal);
        }

        signal = net.Activate(net.Convolve(signal, 6 * signal.Channels, 1, 1, depthwise: false, gain: 2), hardSwish);
        return net.Classify(net.Activate(net.Linear(net.Flatten(signal), 1024), hardSwish), Classes, side);
    }
}
