namespace Cluster.Tests;

/// <summary>
/// Two convolutions and a classifier on 1x1x3 pixels whose every integer is computed by hand (see the constants): all scales are powers of
/// two, so that float32 is exact, and ties, a negative sum before a ReLU and a saturated code occur.
/// </summary>
internal static class GoldenNet
{
    public static readonly byte[] Pixels = [2, 3, 255];

    // Conv1, scales 1 and 0.5. 20.25 / 0.5 = 40.5 -> 40 and -3.25 / 0.5 = -6.5 -> -6: half to even.
    public static readonly sbyte[] Weights1 = [127, -64, 127, 40];
    public static readonly int[] Bias1 = [18, -6];

    // Channel 0: 127*2 - 64*3 + 18 = 80 and 127*3 - 64*255 + 18 = -15921; * 1/32: 2.5 -> 2 (even), < 0 -> 0.
    // Channel 1: 127*2 + 40*3 - 6 = 368 and 127*3 + 40*255 - 6 = 10575; * 0.5/32: 5.75 -> 6, 165.2 -> 165.
    public static readonly byte[] Codes1 = [2, 0, 6, 165];

    // Conv2, scales 0.25 and 2; bias 100 / (32 * 0.25) = 12.5 -> 12 and -96 / (32 * 2) = -1.5 -> -2.
    public static readonly sbyte[] Weights2 = [127, -13, -127, 50];
    public static readonly int[] Bias2 = [12, -2];

    // Channel 0: 127*2 - 13*6 + 12 = 188 and -13*165 + 12 = -2133; * 8/1024: 1.47 -> 1, -16.7 -> -17; + 30.
    // Channel 1: -127*2 + 50*6 - 2 = 44 and 50*165 - 2 = 8248; * 64/1024: 2.75 -> 3, 515.5 -> saturated at 255.
    public static readonly byte[] Codes2 = [31, 13, 33, 255];

    // Steps of 1024: 1, -17, 3, 225. 127*1 + 1*225 = 352 and -1 + 2*-17 - 127*3 + 4*225 = 484.
    public static readonly float[] Logits = [352 * 1024, 484 * 1024];

    public static GroupedGraph Graph() => Nets.Group(new GraphBuilder(13, -1, 1, 1, 3)
        .Floats("w1", [2, 1, 1, 2], 127, -64, 63.5f, 20.25f).Floats("b1", [2], 18.5f, -3.25f)
        .Floats("w2", [2, 2, 1, 1], 31.75f, -3.25f, -254, 100).Floats("b2", [2], 100, -96)
        .Floats("w3", [2, 4], 127, 0, 0, 1, -1, 2, -127, 4)
        .Node("Conv", "x w1 b1", "c1").Node("Relu", "c1", "r1")
        .Node("Conv", "r1 w2 b2", "c2")
        .Node("Flatten", "c2", "f")
        .Node("Gemm", "f w3", "y", GraphBuilder.Int("transB", 1))
        .Build(-1, 2));

    public static QuantizedNetwork Quantized()
    {
        var graph = Graph();
        var ranges = new Dictionary<string, QuantizationParameters>(StringComparer.Ordinal)
        {
            ["x"] = new(1, 0, 0, 255),
            ["r1"] = new(32, 0, 0, 255),
            ["c2"] = new(1024, 30, 0, 255),
        };
        return Nets.Quantized(graph, ranges);
    }

    public static GraphNode Node(QuantizedNetwork network, string name) => network.Graph.Graph.Nodes.Single(node => node.Name == name);
}
