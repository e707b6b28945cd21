using static Cluster.Tests.GraphBuilder;

namespace Cluster.Kernels.Tests.Execution;

/// <summary>Small graphs with operators that stay in float; x is (N, 4, 7, 9) with values between -2 and 2.</summary>
internal static class FloatOperatorCases
{
    /// <summary>Cases whose slope is zero everywhere, or whose result is no number of the input.</summary>
    public static IReadOnlySet<string> WithoutGradient { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "ceil", "floor", "round", "sign",
    };

    public static Dictionary<string, Func<GraphBuilder>> All { get; } = new(
        [.. Functions(), .. Combinations(), .. Normalizations(), .. Reductions(), .. Selections(), .. Sizes()],
        StringComparer.Ordinal);

    private static IEnumerable<KeyValuePair<string, Func<GraphBuilder>>> Functions()
    {
        foreach (string type in (string[])
            ["Abs", "Ceil", "Cos", "Elu", "Erf", "Exp", "Floor", "Neg", "Round", "Selu", "Sign", "Sin", "Softplus", "Softsign"])
        {
            yield return Of(type.ToLowerInvariant(), () => X().Node(type, "x", "y"));
        }

        yield return Of("elu alpha", () => X().Node("Elu", "x", "y", Float("alpha", 0.4f)));
        yield return Of("celu", () => X().Node("Celu", "x", "y", Float("alpha", 0.7f)));
        yield return Of("selu alpha", () => X().Node("Selu", "x", "y", Float("alpha", 1.2f), Float("gamma", 0.9f)));
        yield return Of("thresholded relu", () => X().Node("ThresholdedRelu", "x", "y", Float("alpha", 0.5f)));
        yield return Of("mish", () => X(18).Node("Mish", "x", "y"));
        yield return Of("gelu", () => X(20).Node("Gelu", "x", "y"));
        yield return Of("gelu by tanh", () => X(20).Node("Gelu", "x", "y", Text("approximate", "tanh")));
        yield return Of("gelu decomposed", () => X()
            .Floats("r", [], MathF.Sqrt(2)).Floats("one", [], 1).Floats("half", [], 0.5f)
            .Node("Div", "x r", "d").Node("Erf", "d", "e").Node("Add", "e one", "a").Node("Mul", "x a", "m").Node("Mul", "m half", "y"));
        yield return Of("function of a constant", () => X().Floats("k", [9], Nets.Values(9, 2))
            .Node("Exp", "k", "e").Node("Mul", "x e", "y"));
        yield return Of("silu", () => X().Node("Sigmoid", "x", "s").Node("Mul", "x s", "y"));
        yield return Of("log of sqrt", () => Positive().Node("Sqrt", "p", "s").Node("Log", "s", "y"));
        yield return Of("reciprocal", () => Positive().Node("Reciprocal", "p", "y"));
        yield return Of("where IsNaN", () => X().Floats("z", [], 0).Node("Sqrt", "x", "s").Node("IsNaN", "s", "n")
            .Node("Where", "n z s", "y"));
        foreach (var (below, above) in new[] { (1, 1), (0, 1), (1, 0), (0, 0) })
        {
            yield return Of($"where IsInf {below} {above}", () => X().Floats("z", [], 0).Floats("k", [], -1)
                .Node("Relu", "x", "r").Node("Log", "r", "l").Node("Mul", "l k", "m").Node("Concat", "l m", "c", Int("axis", 1))
                .Node("IsInf", "c", "i", Int("detect_negative", below), Int("detect_positive", above)).Node("Where", "i z c", "w")
                .Node("IsInf", "w", "j").Node("Where", "j z w", "y"));
        }

        yield return Of("log softmax", () => X().Node("LogSoftmax", "x", "y"));
    }

    private static IEnumerable<KeyValuePair<string, Func<GraphBuilder>>> Combinations()
    {
        yield return Of("pow of constants", () => X().Floats("k", [1], 1.3f).Node("Pow", "k x", "y"));
        yield return Of("pow of a fraction", () => Positive().Floats("k", [4, 1, 1], 0.5f, 1.5f, -1, 3).Node("Pow", "p k", "y"));
        yield return Of("prelu of one slope", () => X().Floats("k", [1], 0.25f).Node("PRelu", "x k", "y"));
        yield return Of("sum", () => X().Floats("k", [9], Nets.Values(9, 2)).Node("Relu", "x", "r").Node("Sum", "x r k", "y"));
        yield return Of("sum of one", () => X().Node("Sum", "x", "y"));
        yield return Of("mean", () => X().Floats("k", [9], Nets.Values(9, 2)).Node("Relu", "x", "r").Node("Mean", "x r k", "y"));
        yield return Of("max and min", () => X().Floats("k", [1], 0.3f).Floats("l", [], -0.5f).Node("Max", "x l", "m")
            .Node("Min", "k m", "y"));
        yield return Of("where", () => X().Floats("k", [1], 0.3f).Floats("z", [], -1)
            .Node("Less", "x k", "l").Node("Not", "l", "n").Node("Where", "n x z", "y"));
        foreach (string type in (string[])["Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"])
        {
            yield return Of($"where {type}", () => X().Node("Relu", "x", "r").Node(type, "r x", "c").Node("Where", "c x r", "y"));
        }

        yield return Of("where and or", () => X().Floats("k", [1], 0.3f).Floats("l", [1], -1)
            .Node("Less", "x k", "a").Node("Greater", "x l", "b").Node("And", "a b", "c").Node("Or", "c b", "d")
            .Node("Where", "d x k", "y"));
        yield return Of("cast there and back", () => X().Floats("k", [1], 0.3f)
            .Node("Greater", "x k", "g").Node("Cast", "g", "m", Int("to", 1)).Node("Mul", "m x", "y"));
        yield return Of("einsum", () => X().Floats("w", [9, 5], Nets.Values(45, 2))
            .Node("Einsum", "x w", "y", Text("equation", "n c h k, k m -> n h m c")));
        yield return Of("einsum of activations", () => X().Node("Relu", "x", "r")
            .Node("Einsum", "x r", "y", Text("equation", "nchw,nchv->ncwv")));
        yield return Of("einsum without a result", () => X().Floats("w", [9, 5], Nets.Values(45, 2))
            .Node("Einsum", "x w", "y", Text("equation", "abcd,de")));
        yield return Of("gemm of activations", () => X().Node("Flatten", "x", "f").Node("Gemm", "f f", "y", Int("transA", 1)));
        yield return Of("product of rows with bias", () => X().Floats("w", [9, 5], Nets.Values(45, 2)).Floats("b", [5], Nets.Values(5, 3))
            .Node("MatMul", "x w", "m").Node("Add", "b m", "a").Node("Relu", "a", "y"));
        yield return Of("products of the same rows", () => X()
            .Floats("w", [9, 5], Nets.Values(45, 2)).Floats("v", [9, 5], Nets.Values(45, 3))
            .Floats("b", [1, 5], Nets.Values(5, 3)).Node("MatMul", "x w", "m").Node("MatMul", "x v", "n")
            .Node("Add", "m b", "a").Node("Add", "a n", "s").Node("Add", "s m", "y"));
        yield return Of("matmul by three dimensions", () => X().Floats("w", [1, 9, 5], Nets.Values(45, 2)).Node("MatMul", "x w", "y"));
        yield return Of("matmul of a constant", () => X().Floats("w", [3, 7], Nets.Values(21, 2)).Node("MatMul", "w x", "y"));
        yield return Of("attention", () => X()
            .Floats("k", [], 3).Node("Transpose", "x", "t", Ints("perm", [0, 1, 3, 2])).Node("MatMul", "x t", "s")
            .Node("Div", "s k", "d").Node("Softmax", "d", "p").Node("MatMul", "p x", "y"));
    }

    private static IEnumerable<KeyValuePair<string, Func<GraphBuilder>>> Normalizations()
    {
        yield return Of("layer norm without shift", () => Scaled(X(17), 9).Node("LayerNormalization", "x s", "y", Float("epsilon", 0.01f)));
        yield return Of("layer norm over three axes", () => X(17).Floats("s", [4, 7, 9], Nets.Values(252, 3))
            .Floats("b", [4, 7, 9], Nets.Values(252, 4)).Node("LayerNormalization", "x s b", "y", Int("axis", 1)));
        yield return Of("layer norm decomposed", () => Scaled(X(), 9)
            .Floats("two", [], 2).Floats("e", [], 1e-5f)
            .Node("ReduceMean", "x", "m", Ints("axes", [-1])).Node("Sub", "x m", "c").Node("Pow", "c two", "q")
            .Node("ReduceMean", "q", "v", Ints("axes", [-1])).Node("Add", "v e", "a").Node("Sqrt", "a", "r")
            .Node("Div", "c r", "n").Node("Mul", "n s", "t").Node("Add", "t b", "y"));
        yield return Of("instance norm", () => Scaled(X(), 4).Node("InstanceNormalization", "x s b", "y"));
        yield return Of("local response", () => X().Node("LRN", "x", "y", Int("size", 3), Float("alpha", 0.5f), Float("beta", 0.6f)));
        yield return Of("local response of one channel", () => X().Node("LRN", "x", "y", Int("size", 1), Float("bias", 2)));
    }

    private static IEnumerable<KeyValuePair<string, Func<GraphBuilder>>> Reductions()
    {
        foreach (string type in (string[])["ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2"])
        {
            yield return Of(type, () => X().Node(type, "x", "y", Ints("axes", [2, -1])));
        }

        yield return Of("reduce nothing", () => X().Node("ReduceSum", "x", "s", Int("noop_with_empty_axes", 1)).Node("Relu", "s", "y"));
        yield return Of("row of an image", () => Row().Node("Relu", "r", "y"));
        yield return Of("transposed conv asymmetric", () => X().Floats("w", [4, 2, 3, 3], Nets.Values(72, 2))
            .Node("ConvTranspose", "x w", "y", Ints("pads", [1, 0, 0, 2]), Ints("strides", [2, 2])));
        yield return Of("global pool of a row", () => Row().Node("GlobalAveragePool", "r", "y"));
    }

    private static IEnumerable<KeyValuePair<string, Func<GraphBuilder>>> Selections()
    {
        yield return Of("gather", () => X().Constant("i", TensorData.FromInt64([2, 2], [3, 0, -1, 2]))
            .Node("Gather", "x i", "y", Int("axis", 3)));
        yield return Of("gather one", () => X().Constant("i", TensorData.FromInt64([], [-2])).Node("Gather", "x i", "y", Int("axis", 2)));
        yield return Of("gather elements", () => X(15).Constant("i", TensorData.FromInt64([1, 4, 2, 9], [.. Nets.Values(72, 3,
            7).Select(v => (long)v)]))
            .Node("Shape", "x", "n", Int("end", 1)).Ints("rest", 4, 2, 9)
            .Node("Concat", "n rest", "t", Int("axis", 0)).Node("Expand", "i t", "j")
            .Node("GatherElements", "x j", "y", Int("axis", 2)));
        yield return Of("trilu", () => X(14).Constant("k", TensorData.FromInt64([], [1])).Node("Trilu", "x k", "y", Int("upper", 0)));
        yield return Of("expand", () => X().Ints("t", 1, 5, 1, 1, 9).Ints("a", 1).Node("Unsqueeze", "x a", "u").Node("Expand", "u t", "y"));
        yield return Of("slice backwards", () => X().Ints("s", -1, 100).Ints("e", -100, 1).Ints("a", 2, 3).Ints("t", -1, -2)
            .Node("Slice", "x s e a t", "y"));
        yield return Of("pad reflect", () => X().Ints("p", 0, 0, 2, 3, 0, 0, 1, 4).Node("Pad", "x p", "y", Text("mode", "reflect")));
        yield return Of("pad edge", () => X().Ints("p", 0, 1, 2, 0, 0, 0, 9, 1).Node("Pad", "x p", "y", Text("mode", "edge")));
        yield return Of("pad named axes", () => X(18).Ints("p", 2, 1).Floats("v", [], 0.5f).Ints("a", -1).Node("Pad", "x p v a", "y"));
        yield return Of("depth to space by columns", () => X().Node("DepthToSpace", "x", "y", Int("blocksize", 2), Text("mode", "CRD")));
        yield return Of("space to depth", () => X().Ints("p", 0, 0, 1, 0, 0, 0, 0, 1).Node("Pad", "x p", "q")
            .Node("SpaceToDepth", "q", "y", Int("blocksize", 2)));
    }

    private static IEnumerable<KeyValuePair<string, Func<GraphBuilder>>> Sizes()
    {
        foreach (string mode in (string[])["nearest", "linear", "cubic"])
        {
            foreach (string coordinates in (string[])["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"])
            {
                yield return Of($"resize {mode} {coordinates}", () => Resize([1, 1, 2, 1.7f], Text("mode", mode), At(coordinates)));
                yield return Of($"resize {mode} {coordinates} smaller", () => Resize([1, 1, 0.6f, 0.5f], Text("mode", mode),
                    At(coordinates)));
            }
        }

        foreach (string nearest in (string[])["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"])
        {
            yield return Of($"resize {nearest}", () => Resize([1, 1, 2, 3], Text("nearest_mode", nearest), At("asymmetric")));
        }

        yield return Of("resize cubic within", () => Resize(
            [1, 1, 1.5f, 2], Text("mode", "cubic"), Int("exclude_outside", 1), Float("cubic_coeff_a", -0.5f)));
        yield return Of("resize to sizes", () => X(15).Ints("z", 10, 20)
            .Node("Shape", "x", "n", Int("end", 2)).Node("Concat", "n z", "s", Int("axis", 0))
            .Node("Resize", "x - - s", "y", Text("mode", "linear")));
        yield return Of("resize named axes", () => X(18).Floats("s", [2], 2, 3).Node("Resize", "x - s", "y", Ints("axes", [3, 2])));
        yield return Of("upsample linear of opset 7", () => X(7).Node(
            "Upsample", "x", "y", Text("mode", "linear"), ("scales", AttributeValue.Of((IReadOnlyList<float>)[1, 1, 2, 2]))));
        yield return Of("class token", () => X().Floats("t", [1, 4, 1, 9], Nets.Values(36, 2)).Ints("o", 4, 1, 9)
            .Node("Shape", "x", "n").Ints("i", 0).Node("Gather", "n i", "b").Node("Concat", "b o", "s", Int("axis", 0))
            .Node("Expand", "t s", "e").Node("Concat", "e x", "y", Int("axis", 2)));
        yield return Of("numbers of the batch", () => X(15).Constant("z", TensorData.FromInt64([], [0])).Constant("d",
            TensorData.FromInt64([], [1]))
            .Node("Shape", "x", "n", Int("end", 1)).Node("Squeeze", "n", "b").Node("Range", "z b d", "i")
            .Node("Cast", "i", "f", Int("to", 1))
            .Ints("a", 1, 2, 3).Node("Unsqueeze", "f a", "u").Node("Add", "x u", "y"));
        yield return Of("zeros of the batch", () => X().Ints("o", 4, 7, 9).Ints("i", 0)
            .Node("Shape", "x", "n").Node("Gather", "n i", "b").Node("Concat", "b o", "s", Int("axis", 0))
            .Node("ConstantOfShape", "s", "z", ("value", AttributeValue.Of(TensorData.FromFloats([1], [0.5f])))).Node("Mul", "x z", "y"));
        yield return Of("reshape by the batch in two places", () => X().Ints("i", 0).Ints("o", 4, 63)
            .Node("Shape", "x", "n").Node("Gather", "n i", "b").Node("Concat", "b o", "s", Int("axis", 0)).Node("Reshape", "x s", "y"));
    }

    private static GraphBuilder X(int opset = 13) => new(opset, -1, 4, 7, 9);

    private static GraphBuilder Positive() => X().Floats("shift", [], 2.5f).Node("Add", "x shift", "p");

    private static GraphBuilder Scaled(GraphBuilder builder, int count) =>
        builder.Floats("s", [count], Nets.Values(count, 3)).Floats("b", [count], Nets.Values(count, 4));

    // (N, 4, 63)
    private static GraphBuilder Row() => X().Ints("rows", 0, 4, 63).Node("Reshape", "x rows", "r");

    private static GraphBuilder Resize(float[] scales, params (string Name, AttributeValue Value)[] attributes) =>
        X().Floats("s", [4], scales).Node("Resize", "x - s", "y", attributes);

    private static (string Name, AttributeValue Value) At(string coordinates) => Text("coordinate_transformation_mode", coordinates);

    private static KeyValuePair<string, Func<GraphBuilder>> Of(string name, Func<GraphBuilder> build) => new(name, build);
}
