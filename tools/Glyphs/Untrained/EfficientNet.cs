using Cluster.Kernels.Graphs;

namespace Cluster.Glyphs.Untrained;

/// <summary>EfficientNet-B0 (Tan and Le 2019, arXiv:1905.11946, table 1), for ten classes.</summary>
internal static class EfficientNet
{
    private const int Classes = 10;
    private const long Stem = 32;

    // Expansion, kernel, first stride, channels, blocks.
    private static readonly (int Expansion, int Kernel, int Stride, long Channels, int Count)[] Stages =
        [(1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3), (6, 5, 2, 192, 4), (6, 3, 1, 320, 1)];

    /// <param name="stages">How many of the seven stages.</param>
    public static ModelGraph ToGraph(long seed, Fan fan, int side, int stages = 7)
    {
        var net = new LayerWriter("efficientnet-b0", 13, seed, fan);
        var signal = net.Activate(net.Convolve(LayerWriter.Input, Stem, 3, 2, depthwise: false, gain: 2), Activation.Silu);
        foreach (var stage in Stages.Take(stages))
        {
            for (int i = 0; i < stage.Count; i++)
            {
                long squeezed = Math.Max(1, signal.Channels / 4);
                signal = new InvertedBlock(
                    stage.Kernel, stage.Expansion * signal.Channels, stage.Channels, i == 0 ? stage.Stride : 1, Activation.Silu, squeezed,
                    Activation.Silu, Activation.Sigmoid)
                    .Write(net, signal);
            }
        }

        signal = net.Activate(net.Convolve(signal, 4 * signal.Channels, 1, 1, depthwise: false, gain: 2), Activation.Silu);
        return net.Classify(net.Flatten(signal), Classes, side);
    }
}
