using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Tests.Execution;
using Cluster.Kernels.Tests.Graphs;

namespace Cluster.Kernels.Tests.Evaluation.Calibrators;

/// <summary>
/// A network in which two tensors want different calibrators. Both have small numbers and rare large ones. Those of the first are read by
/// nobody, and its small numbers decide: clipping is right. Those of the second are what the answer is made of: clipping is wrong.
/// </summary>
internal static class TwoTastes
{
    public static readonly string[] Methods = ["max", "percentile:99"];

    public static GroupedGraph Graph()
    {
        // A sum of nine pixels has mean 1147 and deviation 220.8: few exceed 1700.
        float[] first = [.. Kernel(4, 0.004f), .. Kernel(4, 0.003f), .. Enumerable.Repeat(0.5f, 9)];

        // Channel 0 sums up nine small numbers beyond a threshold that few reach, channel 1 passes one of them on.
        float[] second =
        [
            .. Enumerable.Repeat(8f, 9), .. new float[18],
            .. new float[9], .. Kernel(4, 0.5f), .. new float[9],
        ];
        return Nets.Group(new GraphBuilder(13, -1, 1, 8, 8)
            .Floats("w1", [3, 1, 3, 3], first)
            .Floats("b1", [3], 0, 0, -850)
            .Floats("w2", [2, 3, 3, 3], second)
            .Floats("b2", [2], -46, 0)
            .Floats("w3", [3, 2], 3f, -2f, -2f, 2f, 0f, 1f)
            .Floats("b3", [3], 0, 0, 0)
            .Node("Conv", "x w1 b1", "c1", Nets.Same)
            .Node("Relu", "c1", "r1")
            .Node("Conv", "r1 w2 b2", "c2", Nets.Same)
            .Node("Relu", "c2", "r2")
            .Node("GlobalAveragePool", "r2", "g")
            .Node("Flatten", "g", "f")
            .Node("Gemm", "f w3 b3", "y", GraphBuilder.Int("transB", 1))
            .Build(-1, 3));
    }

    public static ImageBatches Images(int count, int seed) => Nets.Noise(count, 1, 8, 8, 16, seed: seed);

    // One weight at a place of nine.
    private static float[] Kernel(int place, float weight) => [.. Enumerable.Range(0, 9).Select(i => i == place ? weight : 0)];
}
