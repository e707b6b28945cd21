namespace Cluster.Glyphs.Untrained;

/// <summary>
/// A network in which two tensors want different calibrators. Both have small numbers and rare large ones. Those of the first are read by
/// nobody, and its small numbers decide: clipping is right. Those of the second are what the answer is made of: clipping is wrong. For
/// images of uniform noise, whose nine pixels below a kernel decide.
/// </summary>
internal static class TwoTastes
{
    public const int Side = 8;
    private const int Classes = 3;

    /// <summary>One that clips, and one that does not.</summary>
    public static readonly string[] Methods = ["max", "percentile:99"];

    public static ModelGraph ToGraph()
    {
        // A sum of nine pixels has mean 1147 and deviation 220.8: few exceed 1700.
        float[] first = [.. Kernel(4, 0.004f), .. Kernel(4, 0.003f), .. Enumerable.Repeat(5f, 9)];

        // Channel 0 sums up nine small numbers beyond a threshold that few reach, channel 1 passes one of them on.
        float[] second =
        [
            .. Enumerable.Repeat(8f, 9), .. new float[18],
            .. new float[9], .. Kernel(4, 0.5f), .. new float[9],
        ];
        var graph = new GraphWriter("two-tastes", 13, 0);
        Convolve(graph, "x", graph.Table("w1", [3, 1, 3, 3], first), graph.Floats("b1", 0, 0, -8500), "c1");
        graph.Node("Relu", ["c1"], "r1");
        Convolve(graph, "r1", graph.Table("w2", [2, 3, 3, 3], second), graph.Floats("b2", -46, 0), "c2");
        graph.Node("Relu", ["c2"], "r2");
        graph.Node("GlobalAveragePool", ["r2"], "g");
        graph.Node("Flatten", ["g"], "f");
        graph.Node(
            "Gemm",
            ["f", graph.Table("w3", [Classes, 2], [3, -2, -2, 2, 0, 1]), graph.Floats("b3", 0, 0, 0)],
            "y",
            ("transB", AttributeValue.Of(1L)));
        return graph.Build(
            new ValueInfo("x", ElementType.Float, [-1, 1, Side, Side]), new ValueInfo("y", ElementType.Float, [-1, Classes]));
    }

    private static void Convolve(GraphWriter graph, string input, string weights, string bias, string output) => graph.Node(
        "Conv",
        [input, weights, bias],
        output,
        ("kernel_shape", AttributeValue.Of([3L, 3])),
        ("pads", AttributeValue.Of([1L, 1, 1, 1])));

    // One weight at a place of nine.
    private static float[] Kernel(int place, float weight) => [.. Enumerable.Range(0, 9).Select(i => i == place ? weight : 0)];
}
