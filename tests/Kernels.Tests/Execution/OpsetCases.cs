using static Cluster.Tests.GraphBuilder;

namespace Cluster.Kernels.Tests.Execution;

/// <summary>
/// Operators whose form or meaning changed between opsets 7 and 21, on both sides of the change: 'Clip 10' is the last
/// opset of the old form, 'Clip 11' the first of the new one. x is (N, 4, 7, 9).
/// </summary>
internal static class OpsetCases
{
    public static IEnumerable<KeyValuePair<string, Func<GraphBuilder>>> All =>
        [.. Inputs(), .. Windows(), .. Meanings(), .. Additions()];

    // What was an attribute became an input.
    private static IEnumerable<KeyValuePair<string, Func<GraphBuilder>>> Inputs()
    {
        yield return Of("Clip 7", () => X(7).Node("Clip", "x", "y", Float("min", -0.2f), Float("max", 0.6f)));
        yield return Of("Clip 10", () => X(10).Node("Clip", "x", "y", Float("max", 0.6f)));
        yield return Of("Clip 11", () => X(11).Floats("l", [], -0.2f).Floats("h", [], 0.6f).Node("Clip", "x l h", "y"));
        yield return Of("Dropout 7", () => X(7).Node("Dropout", "x", "d", Float("ratio", 0.3f)).Node("Neg", "d", "y"));
        yield return Of("Dropout 12", () => X(12).Floats("r", [], 0.3f).Node("Dropout", "x r", "d").Node("Neg", "d", "y"));
        yield return Of("Pad 7", () => X(7).Node("Pad", "x", "y", Ints("pads", [0, 1, 2, 0, 0, 3, 0, 1]), Float("value", -1.5f)));
        yield return Of("Pad 10", () => X(10).Node("Pad", "x", "y", Ints("pads", [0, 0, 2, 3, 0, 0, 1, 4]), Text("mode", "reflect")));
        yield return Of("Pad 11", () => X(11).Ints("p", 0, 1, 2, 0, 0, 3, 0, 1).Floats("v", [], -1.5f).Node("Pad", "x p v", "y"));
        yield return Of("Pad 17", () => X(17).Ints("p", 0, 1, 2, 0, 0, 3, 0, 1).Node("Pad", "x p", "y"));
        yield return Of("Slice 9", () => X(9).Node(
            "Slice", "x", "y", Ints("starts", [1, 0]), Ints("ends", [100, 9]), Ints("axes", [2, 3])));
        yield return Of("Slice 9 of the first axes", () => X(9).Node("Slice", "x", "y", Ints("starts", [0, 1]), Ints("ends", [9999, 3])));
        yield return Of("Slice 10", () => X(10).Ints("s", 1, 0).Ints("e", 100, 9).Ints("a", 2, 3).Ints("t", 2, 3)
            .Node("Slice", "x s e a t", "y"));
        yield return Of("Split 12", () => X(12).Nodes("Split", "x", ["a", "b"], Int("axis", 2), Ints("split", [3, 4]))
            .Node("Concat", "b a", "y", Int("axis", 2)));
        yield return Of("Split 13", () => X(13).Ints("s", 3, 4).Nodes("Split", "x s", ["a", "b"], Int("axis", 2))
            .Node("Concat", "b a", "y", Int("axis", 2)));
        yield return Of("Split 17", () => X(17).Nodes("Split", "x", ["a", "b"], Int("axis", 1)).Node("Sub", "a b", "y"));
        yield return Of("Split 17 with unread parts", () => X(17).Nodes("Split", "x", ["a", "b", "c", "d"], Int("axis", 1))
            .Node("Sub", "a b", "y"));
        yield return Of("Split 13 with an unread part", () => X(13).Ints("s", 3, 4).Nodes("Split", "x s", ["a", "b"], Int("axis", 2))
            .Node("Neg", "a", "y"));
        yield return Of("Split 18", () => X(18).Nodes("Split", "x", ["a", "b", "c"], Int("axis", 2), Int("num_outputs", 3))
            .Node("Concat", "c b a", "y", Int("axis", 2))); // 3, 3 and 1
        yield return Of("Squeeze 12", () => X(12).Node("GlobalAveragePool", "x", "g").Node("Squeeze", "g", "y", Ints("axes", [2, -1])));
        yield return Of("Squeeze 13", () => X(13).Ints("a", 2, -1).Node("GlobalAveragePool", "x", "g").Node("Squeeze", "g a", "y"));
        yield return Of("Unsqueeze 10", () => X(10).Node("Unsqueeze", "x", "y", Ints("axes", [1, 4])));
        yield return Of("Unsqueeze 12", () => X(12).Node("Unsqueeze", "x", "y", Ints("axes", [1, -1])));
        yield return Of("Unsqueeze 13", () => X(13).Ints("a", 1, -1).Node("Unsqueeze", "x a", "y"));
        yield return Of("ReduceSum 12", () => X(12).Node("ReduceSum", "x", "y", Ints("axes", [1, -1]), Int("keepdims", 0)));
        yield return Of("ReduceSum 13", () => X(13).Ints("a", 1, -1).Node("ReduceSum", "x a", "y", Int("keepdims", 0)));
        foreach (string type in (string[])["ReduceL1", "ReduceL2", "ReduceMax", "ReduceMean", "ReduceMin"])
        {
            yield return Of($"{type} 7", () => X(7).Node(type, "x", "y", Ints("axes", [2, 3])));
            yield return Of($"{type} 17", () => X(17).Node(type, "x", "y", Ints("axes", [1, -1]), Int("keepdims", 0)));
            yield return Of($"{type} 18", () => X(18).Ints("a", 1, -1).Node(type, "x a", "y", Int("keepdims", 0)));
        }

        yield return Of("Upsample 8", () => X(8).Node(
            "Upsample", "x", "y", Text("mode", "nearest"), ("scales", AttributeValue.Of((IReadOnlyList<float>)[1, 1, 2, 3]))));
        yield return Of("Upsample 9", () => X(9).Floats("s", [4], 1, 1, 2, 3).Node("Upsample", "x s", "y", Text("mode", "nearest")));
        yield return Of("Resize 10", () => X(10).Floats("s", [4], 1, 1, 2, 3).Node("Resize", "x s", "y", Text("mode", "linear")));
        foreach (int opset in (int[])[11, 13, 18, 19])
        {
            yield return Of($"Resize {opset}", () => X(opset).Floats("r", [0]).Floats("s", [4], 1, 1, 2, 3)
                .Node("Resize", "x r s", "y", Text("mode", "linear")));
            yield return Of($"Resize {opset} nearest", () => X(opset).Floats("r", [0]).Floats("s", [4], 1, 1, 2, 0.5f)
                .Node("Resize", "x r s", "y"));
        }
    }

    // Windows got ceil_mode and dilations.
    private static IEnumerable<KeyValuePair<string, Func<GraphBuilder>>> Windows()
    {
        foreach (int opset in (int[])[7, 8, 9, 10, 11, 12, 18, 19, 21])
        {
            foreach (string type in (string[])["MaxPool", "AveragePool"])
            {
                yield return Of($"{type} {opset}", () => X(opset).Node(
                    type, "x", "y", Ints("kernel_shape", [3, 2]), Ints("strides", [2, 2]), Ints("pads", [1, 0, 1, 1])));
            }
        }

        foreach (string type in (string[])["MaxPool", "AveragePool"])
        {
            yield return Of($"{type} 10 ceil", () => X(10).Node(
                type, "x", "y", Ints("kernel_shape", [3, 3]), Ints("strides", [2, 2]), Int("ceil_mode", 1)));
        }

        yield return Of("MaxPool 10 dilated", () => X(10).Node(
            "MaxPool", "x", "y", Ints("kernel_shape", [2, 2]), Ints("dilations", [2, 3])));
    }

    // The same form means something else.
    private static IEnumerable<KeyValuePair<string, Func<GraphBuilder>>> Meanings()
    {
        foreach (string type in (string[])["Softmax", "LogSoftmax"])
        {
            yield return Of($"{type} 12 of rows", () => X(12).Node("Flatten", "x", "f").Node(type, "f", "y"));
            yield return Of($"{type} 12 of the last axis", () => X(12).Node(type, "x", "y", Int("axis", -1)));
            yield return Of($"{type} 12 of one real axis", () => X(12).Node("GlobalAveragePool", "x", "g").Node(type, "g", "y"));
            yield return Of($"{type} 13 of rows", () => X(13).Node("Flatten", "x", "f").Node(type, "f", "y"));
            yield return Of($"{type} 13 of the last axis", () => X(13).Node(type, "x", "y"));
        }

        yield return Of("GroupNormalization 18", () => X(18).Floats("s", [2], 0.7f, -1.2f).Floats("b", [2], 0.1f, 0.4f)
            .Node("GroupNormalization", "x s b", "y", Int("num_groups", 2))); // a scale for each group
        yield return Of("GroupNormalization 21", () => X(21).Floats("s", [4], 0.7f, -1.2f, 0.3f, 2).Floats("b", [4], 0.1f, 0.4f, 0, -1)
            .Node("GroupNormalization", "x s b", "y", Int("num_groups", 2))); // one for each channel
        foreach (int opset in (int[])[7, 8, 9, 13, 14, 15])
        {
            yield return Of($"BatchNormalization {opset}", () => X(opset).Node("Relu", "x", "r")
                .Floats("s", [4], 0.7f, -1.2f, 0.3f, 2).Floats("b", [4], 0.1f, 0.4f, 0, -1)
                .Floats("m", [4], 0.2f, 0, -0.3f, 1).Floats("v", [4], 1, 0.5f, 2, 0.1f)
                .Node("BatchNormalization", "r s b m v", "y", Float("epsilon", 1e-3f)));
        }
    }

    // What there was before goes on as it was, beside what came.
    private static IEnumerable<KeyValuePair<string, Func<GraphBuilder>>> Additions()
    {
        foreach (int opset in (int[])[7, 9, 13, 19, 21])
        {
            yield return Of($"Cast {opset}", () => X(opset).Node("Cast", "x", "i", Int("to", 6)).Node("Cast", "i", "f", Int("to", 1))
                .Node("Add", "f x", "y"));
        }

        foreach (int opset in (int[])[7, 8])
        {
            yield return Of($"Sum {opset}", () => X(opset).Node("Relu", "x", "r").Node("Sum", "x r", "y"));
            yield return Of($"Max {opset}", () => X(opset).Node("Neg", "x", "r").Node("Max", "x r", "y"));
        }

        foreach (int opset in (int[])[10, 11])
        {
            yield return Of($"DepthToSpace {opset}", () => X(opset).Node("DepthToSpace", "x", "y", Int("blocksize", 2)));
            yield return Of($"Flatten {opset}", () => X(opset).Node("Flatten", "x", "y", Int("axis", 2)));
            yield return Of($"Gather {opset}", () => X(opset).Constant("i", TensorData.FromInt64([2], [3, 0]))
                .Node("Gather", "x i", "y", Int("axis", 3)));
        }

        foreach (int opset in (int[])[7, 13, 14, 21])
        {
            yield return Of($"Reshape {opset}", () => X(opset).Ints("t", 0, 2, -1).Node("Reshape", "x t", "y"));
        }

        foreach (int opset in (int[])[8, 9])
        {
            yield return Of($"PRelu {opset}", () => X(opset).Floats("k", [4, 1, 1], 0.1f, -0.2f, 0.3f, 0).Node("PRelu", "x k", "y"));
        }

        foreach (int opset in (int[])[10, 11])
        {
            yield return Of($"Gemm {opset}", () => X(opset).Node("Flatten", "x", "f").Floats("w", [252, 5], Nets.Values(1260, 2))
                .Floats("b", [5], Nets.Values(5, 3)).Node("Gemm", "f w b", "y"));
        }
    }

    private static GraphBuilder X(int opset) => new(opset, -1, 4, 7, 9);

    private static KeyValuePair<string, Func<GraphBuilder>> Of(string name, Func<GraphBuilder> build) => new(name, build);
}
