using Cluster.Glyphs;

namespace Cluster.Mutations;

/// <summary>A network as exporters leave it: shapes, slices and padding that are computed by nodes and folded when it is read.</summary>
internal static class ExportedSample
{
    public static ModelGraph Graph()
    {
        var net = new GraphWriter("exported", 13, seed: 2);
        net.Ints("zero", 0);
        net.Ints("two", 2);
        net.Node("Pad", ["x", net.Ints("pads", 0, 0, 1, 1, 0, 0, 1, 1)], "padded");
        net.Node(
            "Conv",
            ["padded", net.Normal("w1", [4, 2, 3, 3], 18)],
            "conv",
            ("strides", AttributeValue.Of([1L, 1])),
            ("dilations", AttributeValue.Of([1L, 1])),
            ("kernel_shape", AttributeValue.Of([3L, 3])));
        net.Node("Add", ["conv", net.Table("b1", [4, 1, 1], [1, 2, 3, 4])], "sum");
        net.Node(
            "BatchNormalization",
            ["sum", net.Ones("g", [4]), net.Zeros("s", [4]), net.Zeros("m", [4]), net.Ones("v", [4])],
            "normal",
            ("epsilon", AttributeValue.Of(1e-3f)));
        net.Node("Clip", ["normal", net.Number("low", 0), net.Number("high", 6)], "clipped");
        net.Node(
            "ConvTranspose",
            ["clipped", net.Normal("w2", [4, 2, 2, 2], 16)],
            "larger",
            ("auto_pad", AttributeValue.Of("SAME_LOWER")),
            ("strides", AttributeValue.Of([2L, 2])));
        net.Node(
            "Slice", ["larger", net.Ints("from", 0, 1), net.Ints("to", 99, -1), net.Ints("axes", 2, 3), net.Ints("steps", 1, 2)], "sliced");
        net.Node(
            "MaxPool",
            ["sliced"],
            "pooled",
            ("kernel_shape", AttributeValue.Of([2L, 2])),
            ("strides", AttributeValue.Of([2L, 2])),
            ("ceil_mode", AttributeValue.Of(1L)),
            ("pads", AttributeValue.Of([0L, 0, 1, 1])));
        net.Node(
            "AveragePool",
            ["pooled"],
            "averaged",
            ("kernel_shape", AttributeValue.Of([3L, 3])),
            ("strides", AttributeValue.Of([2L, 2])),
            ("auto_pad", AttributeValue.Of("SAME_UPPER")));
        net.Node("Softmax", ["averaged"], "shares", ("axis", AttributeValue.Of(1L)));
        net.Node("Concat", ["averaged", "shares"], "both", ("axis", AttributeValue.Of(1L)));
        net.Node("GlobalAveragePool", ["both"], "means");
        net.Node("Reshape", ["means", Rows(net)], "rows");
        net.Node("Gemm", ["rows", Weights(net)], "product", ("alpha", AttributeValue.Of(.5f)), ("transB", AttributeValue.Of(1L)));
        net.Node("Identity", ["product"], "y");
        return net.Build(new ValueInfo("x", ElementType.Float, [1, 2, 6, 6]), new ValueInfo("y", ElementType.Float, [1, 6]));
    }

    // As PyTorch exports x.view(x.size(0), -1).
    private static string Rows(GraphWriter net)
    {
        net.Node("Shape", ["means"], "sizes");
        net.Node("Gather", ["sizes", "zero"], "batch", ("axis", AttributeValue.Of(0L)));
        net.Node("ConstantOfShape", [net.Ints("one", 1)], "rest", ("value", AttributeValue.Of(TensorData.FromInt64([1], [-1]))));
        net.Node("Concat", ["batch", "rest"], "row_shape", ("axis", AttributeValue.Of(0L)));
        return "row_shape";
    }

    // (6, 4), turned and cut from (2, 3, 8).
    private static string Weights(GraphWriter net)
    {
        net.Node("Transpose", [net.Normal("w3", [2, 3, 8], 4)], "turned", ("perm", AttributeValue.Of([1L, 0, 2])));
        net.Node("Reshape", ["turned", net.Ints("matrix", 12, -1)], "matrix_rows");
        net.Node("Mul", [net.Ints("three", 3), "two"], "six");
        net.Node("Slice", ["matrix_rows", "zero", "six", "zero"], "cut");
        return "cut";
    }
}
