using static Cluster.Tests.GraphBuilder;

namespace Cluster.Tests;

/// <summary>A small network with each structure that a plan has to do with, by name.</summary>
internal static class SmallNetworks
{
    public static readonly Dictionary<string, Func<GraphBuilder>> All = new(StringComparer.Ordinal)
    {
        ["clip"] = () => Convolved("c1").Floats("l", [], 0).Floats("h", [], 2).Node("Clip", "c1 l h", "r1")
            .Node("Conv", "r1 w2 b2", "c2", Nets.Same)
            .Node("Clip", "c2 l h", "r2")
            .Node("Conv", "r2 w2 b2", "c3")
            .Node("Flatten", "c3", "y"),
        ["clip above a negative floor"] = () => Convolved("c1").Floats("l", [], -1).Floats("h", [], 1).Node("Clip", "c1 l h", "r1")
            .Node("Conv", "r1 w2 b2", "c2", Nets.Same).Node("Flatten", "c2", "y"),
        ["residual"] = () => Convolved("c1")
            .Node("Relu", "c1", "r1")
            .Node("Conv", "r1 w2 b2", "c2", Nets.Same)
            .Node("Add", "r1 c2", "a")
            .Node("Relu", "a", "r2")
                .Node("Conv", "r2 w2 b2", "c3", Nets.Same)
            .Node("Add", "r2 c3", "a2")
            .Node("GlobalAveragePool", "a2", "g")
            .Node("Flatten", "g", "f")
            .Node("Gemm", "f w4 b4", "y", Int("transB", 1)),
        ["concat and pools"] = () =>
            Convolved("c1").Node("Relu", "c1", "r1").Node("MaxPool", "r1", "p", Ints("kernel_shape", [2, 2]), Ints("strides", [2, 2]))
                .Node("Conv", "p w2 b2", "a", Nets.Same).Node("Relu", "a", "ra").Node("Conv", "p w2", "b", Nets.Same)
                .Node("Concat", "ra b", "j", Int("axis", 1))
                .Node("AveragePool", "j", "q", Ints("kernel_shape", [2, 2]))
                .Node("Conv", "q w8", "c")
                .Node("Flatten", "c", "y"),
        ["normalizations behind joins"] = () => Convolved("c1")
            .Floats("k1", [4, 6, 3, 3], Nets.Values(216, 31)).Floats("k2", [4, 10, 3, 3], Nets.Values(360, 32))
            .Floats("k3", [6, 14, 1, 1], Nets.Values(84, 33))
            .Floats("g", [10], Nets.Values(10, 34)).Floats("h", [10], Nets.Values(10, 35)).Floats("v", [10], Repeated(10, 0.5f))
            .Floats("g4", [14], Nets.Values(14, 36)).Floats("h4", [14], Nets.Values(14, 37)).Floats("v4", [14], Repeated(14, 2))
            .Floats("g6", [6], Nets.Values(6, 38)).Floats("h6", [6], Nets.Values(6, 39)).Floats("v6", [6], Repeated(6, 1))
            .Node("Conv", "c1 k1", "a", Nets.Same).Node("Concat", "c1 a", "j", Int("axis", 1))
            .Node("BatchNormalization", "j g h h v", "n").Node("Relu", "n", "r").Node("Conv", "r k2", "b", Nets.Same)
            .Node("Concat", "c1 a b", "k", Int("axis", 1))
            .Node("BatchNormalization", "k g4 h4 h4 v4", "m").Node("Relu", "m", "q").Node("Conv", "q k3", "d")
            .Node("Add", "d c1", "s").Node("BatchNormalization", "s g6 h6 h6 v6", "t").Node("Relu", "t", "u")
            .Node("Conv", "u w2 b2", "e", Nets.Same).Node("Flatten", "e", "y"),
        ["pool before the activation"] = () =>
            Convolved("c1").Node("MaxPool", "c1", "p", Ints("kernel_shape", [2, 2])).Node("Relu", "p", "r1")
                .Node("Conv", "r1 w2 b2", "c2")
                .Node("MaxPool", "c2", "p2", Ints("kernel_shape", [2, 2]))
                .Node("Conv", "p2 w2 b2", "c3", Nets.Same)
                .Node("Flatten", "c3", "y"),
        ["asymmetric pads and strides"] = () =>
            Convolved("c1").Node("Conv", "c1 w2 b2", "c2", Ints("pads", [0, 0, 1, 1]), Ints("strides", [2, 2])).Node("Relu", "c2", "r")
                .Node("Conv", "r w2", "c3", Ints("pads", [2, 1, 0, 1])).Node("Flatten", "c3", "y"),
        ["depthwise and dilation"] = () => Convolved("c1").Node("Relu", "c1", "r1").Floats("d", [6, 1, 3, 3], Nets.Values(54, 9))
            .Node("Conv", "r1 d b2", "c2", Int("group", 6), Nets.Same)
            .Node("Relu", "c2", "r2")
            .Node("Conv", "r2 w2 b2", "c3", Ints("dilations", [2, 2]))
            .Node("Flatten", "c3", "y"),
        // Two groups of 3 to 3 channels, two of 3 to 18, which are wide, nine of 4 to 2, and a sum behind the last.
        ["grouped convolutions"] = () => Convolved("c1")
            .Node("Relu", "c1", "r1")
            .Floats("g2", [6, 3, 3, 3], Nets.Values(162, 21, 0.2))
            .Floats("g3", [36, 3, 3, 3], Nets.Values(972, 22, 0.2))
            .Floats("g4", [18, 4, 1, 1], Nets.Values(72, 23, 0.5))
            .Floats("g5", [6, 3, 1, 1], Nets.Values(18, 24, 0.5))
            .Node("Conv", "r1 g2 b2", "c2", Int("group", 2), Nets.Same)
            .Node("Conv", "c2 g3", "c3", Int("group", 2), Nets.Same, Ints("strides", [2, 2]))
            .Node("Relu", "c3", "r3")
            .Node("Conv", "r3 g4", "c4", Int("group", 9))
            .Node("Conv", "c4 g5 b2", "c5", Int("group", 6))
            .Node("Conv", "c5 w2 b2", "c6", Nets.Same)
            .Node("Add", "c6 c5", "a")
            .Node("Relu", "a", "r6")
            .Node("GlobalAveragePool", "r6", "g")
            .Node("Flatten", "g", "y"),
        ["products"] = () => Convolved("c1")
            .Node("Relu", "c1", "r1")
            .Node("GlobalAveragePool", "r1", "g")
            .Node("Flatten", "g", "f")
            .Floats("m", [6, 6], Nets.Values(36, 10))
                .Node("Gemm", "f m b2", "g1")
            .Node("Relu", "g1", "r2")
            .Node("MatMul", "r2 m", "g2")
            .Node("Relu", "g2", "r3")
            .Node("Gemm", "r3 w4 b4", "y", Int("transB", 1)),
        ["squeeze and excite"] = () => Convolved("c1")
            .Node("Relu", "c1", "r1")
            .Node("GlobalAveragePool", "r1", "g")
            .Node("Conv", "g e b2", "s")
            .Floats("e", [6, 6, 1, 1], Nets.Values(36, 10))
                .Node("Sigmoid", "s", "q").Node("Mul", "r1 q", "m").Node("Conv", "m w2 b2", "c2").Node("Flatten", "c2", "y"),
        ["hardswish around zero"] = () => Tiny("t1").Node("HardSwish", "t1", "h").Node("Conv", "h big b2", "c2").Node("Flatten", "c2", "y"),
        ["silu around zero"] = () => Tiny("t1")
            .Node("Sigmoid", "t1", "g")
            .Node("Mul", "t1 g", "h")
            .Node("Conv", "h big b2", "c2")
            .Node("Flatten", "c2", "y"),
        ["squeeze and excite around zero"] = () => Tiny("t1")
            .Node("GlobalAveragePool", "t1", "p")
            .Floats("e", [6, 6, 1, 1], Nets.Values(36, 10))
            .Node("Conv", "p e b2", "s")
            .Node("HardSigmoid", "s", "q", Float("alpha", 1 / 6f))
            .Node("Mul", "t1 q", "m")
            .Node("Conv", "m big b2", "c2")
            .Node("Flatten", "c2", "y"),
        ["shortcut by slice and pad"] = () => Convolved("c1")
            .Node("Relu", "c1", "r1")
            .Ints("s", 0, 0)
            .Ints("e", 8, 8)
            .Ints("a", 2, 3)
            .Ints("t", 2, 2)
            .Ints("p", 0, 1, 0, 0, 0, 2, 0, 0)
                .Node("Slice", "r1 s e a t", "sl").Node("Pad", "sl p", "pd").Floats("w9", [9, 6, 3, 3], Nets.Values(486, 11, 0.2))
            .Node("Conv", "r1 w9", "c2", Nets.Same, Ints("strides", [2, 2])).Node("Add", "c2 pd", "ad").Node("Relu", "ad", "r2")
            .Floats("w10", [2, 9, 1, 1], Nets.Values(18, 12)).Node("Conv", "r2 w10", "c3").Node("Flatten", "c3", "y"),
        ["attention"] = () => Convolved("c1")
            .Node("Relu", "c1", "r1")
            .Ints("heads", 0, 2, 3, 64)
            .Ints("image", 0, 6, 8, 8)
            .Floats("root", [], 1.7f)
            .Node("Conv", "r1 w2 b2", "q1", Nets.Same)
            .Floats("wk", [6, 6, 1, 1], Nets.Values(36, 13))
            .Node("Conv", "r1 wk b2", "k1")
            .Floats("wv", [6, 6, 1, 1], Nets.Values(36, 14))
            .Node("Conv", "r1 wv", "v1")
            .Node("Reshape", "q1 heads", "q2")
            .Node("Transpose", "q2", "q", Ints("perm", [0, 1, 3, 2]))
            .Node("Reshape", "k1 heads", "k")
            .Node("Reshape", "v1 heads", "v2")
            .Node("Transpose", "v2", "v", Ints("perm", [0, 1, 3, 2]))
            .Node("MatMul", "q k", "p")
            .Node("Div", "p root", "d")
            .Node("Softmax", "d", "s", Int("axis", -1))
            .Node("MatMul", "s v", "o1")
            .Node("Transpose", "o1", "o2", Ints("perm", [0, 1, 3, 2]))
            .Node("Reshape", "o2 image", "o")
            .Node("Conv", "o w2 b2", "c2")
            .Node("Flatten", "c2", "y"),
        ["attention by slices of one layer"] = () => Convolved("c1")
            .Node("Relu", "c1", "r1")
            .Ints("rows", 0, 6, 64)
            .Ints("image", 0, 2, 8, 8)
            .Ints("at0", 0).Ints("at2", 2).Ints("at4", 4).Ints("at6", 6).Ints("axis", 1).Ints("one", 1)
            .Node("Conv", "r1 w2 b2", "a1", Nets.Same)
            .Node("Reshape", "a1 rows", "a")
            .Node("Slice", "a at0 at2 axis one", "q1")
            .Node("Slice", "a at2 at4 axis one", "k")
            .Node("Slice", "a at4 at6 axis one", "v")
            .Node("Transpose", "q1", "q", Ints("perm", [0, 2, 1]))
            .Node("MatMul", "q k", "p")
            .Node("Softmax", "p", "s", Int("axis", 1))
            .Node("MatMul", "v s", "o1")
            .Node("Reshape", "o1 image", "o")
            .Floats("wo", [3, 2, 3, 3], Nets.Values(54, 12))
            .Node("Conv", "o wo", "c2")
            .Node("Flatten", "c2", "y"),
        ["products of codes that others read"] = () => Convolved("c1")
            .Node("Relu", "c1", "r1")
            .Ints("rows", 0, 6, 64)
            .Ints("image", 0, 6, 8, 8)
            .Node("Conv", "r1 w2 b2", "a1", Nets.Same)
            .Node("Reshape", "a1 rows", "a")
            .Node("Transpose", "a", "t", Ints("perm", [0, 2, 1]))
            .Node("MatMul", "a t", "m")
            .Node("Relu", "m", "mr")
            .Node("MatMul", "mr a", "o1")
            .Node("Reshape", "o1 image", "o")
            .Node("Add", "o a1", "u")
            .Node("Conv", "u w2 b2", "c2")
            .Node("Flatten", "c2", "y"),
        ["LSTM between layers"] = () => Convolved("c1")
            .Node("Relu", "c1", "r1")
            .Ints("steps", 0, 6, 64)
            .Floats("wl", [2, 20, 64], Nets.Values(2560, 16, 0.3)).Floats("rl", [2, 20, 5], Nets.Values(200, 17, 0.5))
            .Floats("bl", [2, 40], Nets.Values(80, 18, 0.2))
            .Floats("w5", [5, 60], Nets.Values(300, 19, 0.3))
            .Node("Reshape", "r1 steps", "s")
            .Node("Transpose", "s", "t", Ints("perm", [1, 0, 2]))
            .Node("LSTM", "t wl rl bl", "h", Int("hidden_size", 5), Text("direction", "bidirectional"))
            .Node("Transpose", "h", "hb", Ints("perm", [2, 0, 1, 3]))
            .Node("Flatten", "hb", "f")
            .Node("Gemm", "f w5 b4", "y", Int("transB", 1)),
        ["leaky and float operators"] = () => Convolved("c1")
            .Node("LeakyRelu", "c1", "r1", Float("alpha", 0.1f))
            .Node("Conv", "r1 w2 b2", "c2", Nets.Same)
            .Node("HardSigmoid", "c2", "h")
                .Node("Conv", "h w2 b2", "c3").Node("Flatten", "c3", "y"),
        ["transposed convolution between layers"] = () => Convolved("c1")
            .Floats("t", [6, 6, 2, 2], Nets.Values(144, 8, 0.1))
            .Node("Relu", "c1", "r1")
            .Node("ConvTranspose", "r1 t", "u", Ints("strides", [2, 2]))
            .Node("Relu", "u", "r2")
            .Node("Conv", "r2 w2 b2", "c2", Nets.Same)
            .Node("GlobalAveragePool", "c2", "g")
            .Node("Flatten", "g", "y"),
        ["wide transposed convolutions"] = () => Convolved("c1")
            .Floats("t4", [6, 4, 4, 4], Nets.Values(384, 8, 0.1)).Floats("t3", [4, 6, 3, 3], Nets.Values(216, 9, 0.1))
            .Floats("l", [], 0).Floats("h", [], 1)
            .Node("Relu", "c1", "r1")
            .Node("ConvTranspose", "r1 t4", "u", Ints("strides", [2, 2]), Ints("pads", [1, 1, 1, 1]))
            .Node("Clip", "u l h", "r2")
            .Node("ConvTranspose", "r2 t3 b2", "v", Ints("strides", [2, 2]), Ints("pads", [1, 1, 1, 1]), Ints("output_padding", [1, 1]))
            .Ints("from", 1).Ints("to", 30).Ints("rows", 2)
            .Node("Slice", "v from to rows", "s")
            .Node("Conv", "s w2 b2", "c2", Nets.Same)
            .Node("Add", "c2 s", "a")
            .Node("GlobalAveragePool", "a", "g")
            .Node("Flatten", "g", "f")
            .Node("Gemm", "f w4 b4", "y", Int("transB", 1)),
        ["pixel shuffle"] = () => Convolved("c1")
            .Floats("e", [8, 6, 1, 1], Nets.Values(48, 8, 0.3)).Floats("d", [4, 2, 3, 3], Nets.Values(72, 9, 0.3))
            .Node("Relu", "c1", "r1")
            .Node("Conv", "r1 e", "c2")
            .Node("Relu", "c2", "r2")
            .Node("DepthToSpace", "r2", "s", Int("blocksize", 2))
            .Node("Conv", "s d", "c3")
            .Node("Flatten", "c3", "y"),
        ["one tensor, many readers"] = () => Convolved("c1")
            .Node("Relu", "c1", "r1")
            .Node("Conv", "r1 w2 b2", "c2", Nets.Same)
            .Node("Conv", "r1 w2", "c3", Nets.Same)
            .Node("Add", "c2 c3", "a")
                .Node("Add", "a r1", "a2").Node("Conv", "a2 w2", "c4").Node("Flatten", "c4", "y"),
        ["activation beside another reader"] = () => Convolved("c1")
            .Node("Relu", "c1", "r1")
            .Node("Conv", "r1 w2 b2", "c2", Nets.Same)
            .Node("Add", "c2 c1", "a")
            .Node("Conv", "a w2", "c3")
            .Node("Flatten", "c3", "y"),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    // Activations so small that their scale is the smallest there is, as random weights make them in the end: a gate is 0.5 everywhere, and
    // half of the products lie on a tie.
    private static GraphBuilder Tiny(string output) =>
        Convolved("c1")
            .Floats("ws", [6, 6, 1, 1], Nets.Values(36, 13, 1e-3))
            .Floats("wt", [6, 6, 1, 1], Nets.Values(36, 14, 2e-6))
            .Floats("big", [6, 6, 3, 3], Nets.Values(324, 15, 2e7))
            .Node("Conv", "c1 ws", "s1")
            .Node("Conv", "s1 wt", output);

    private static float[] Repeated(int count, float number) => [.. Enumerable.Repeat(number, count)];

    // 3x8x8 pixels to six channels; weights for what may follow.
    private static GraphBuilder Convolved(string output) => new GraphBuilder(14, -1, 3, 8, 8)
        .Floats("w1", [6, 3, 3, 3], Nets.Values(162, 1, 0.01)).Floats("b1", [6], Nets.Values(6, 2))
        .Floats("w2", [6, 6, 3, 3], Nets.Values(324, 3, 0.2)).Floats("b2", [6], Nets.Values(6, 4))
        .Floats("w4", [5, 6], Nets.Values(30, 5)).Floats("b4", [5], Nets.Values(5, 6))
        .Floats("w8", [4, 12, 1, 1], Nets.Values(48, 7))
        .Node("Conv", "x w1 b1", output, Nets.Same);
}
