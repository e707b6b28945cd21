namespace Cluster.Glyphs;

/// <summary>
/// A vision transformer of the sample's images, with random weights: patches of 4x4 pixels, a class token, three blocks
/// with attention of four heads before a layer of twice the width, as an exporter at opset 17 writes them.
/// </summary>
internal static class GlyphTransformer
{
    private const long Patch = 4;
    private const long Heads = 4;
    private const int Blocks = 3;
    private const long Tokens = (GlyphGenerator.Size / Patch * (GlyphGenerator.Size / Patch)) + 1;

    /// <summary>Of the sample's network.</summary>
    public const long UsualWidth = 64;

    /// <param name="width">Numbers of a token, a multiple of the heads.</param>
    public static ModelGraph ToGraph(long seed, long width = UsualWidth)
    {
        var net = new GraphWriter("glyphs-vit", 17, (ulong)SplitMix64.Derive(seed, "glyphs/transformer"));
        net.Node(
            "Conv",
            ["input", net.Normal("patch.weight", [width, 1, Patch, Patch], Patch * Patch), net.Zeros("patch.bias", [width])],
            "patches",
            ("strides", AttributeValue.Of([Patch, Patch])));
        net.Node("Reshape", ["patches", net.Ints("patch.shape", 0, width, Tokens - 1)], "rows");
        net.Node("Transpose", ["rows"], "sequence", ("perm", AttributeValue.Of([0L, 2, 1])));
        ClassToken(net, width);
        net.Node("Add", ["tokens", net.Normal("position", [1, Tokens, width], width)], "block0");
        for (int block = 1; block <= Blocks; block++)
        {
            AddBlock(net, $"block{block}", $"block{block - 1}", width);
        }

        net.Normalized("last", $"block{Blocks}", "normal", width);
        net.Node("Gather", ["normal", net.Scalar("class.index", 0)], "features", ("axis", AttributeValue.Of(1L)));
        net.Node(
            "Gemm",
            [
                "features", net.Normal("head.weight", [width, GlyphGenerator.Classes], width),
                net.Zeros("head.bias", [GlyphGenerator.Classes]),
            ],
            "logits");
        return net.Build(new ValueInfo("input", ElementType.Float, [-1, 1, GlyphGenerator.Size, GlyphGenerator.Size]),
            new ValueInfo("logits", ElementType.Float, [-1, GlyphGenerator.Classes]));
    }

    // One for every image of the batch, whose number the input tells.
    private static void ClassToken(GraphWriter net, long width)
    {
        net.Node("Shape", ["input"], "shape", ("start", AttributeValue.Of(0L)), ("end", AttributeValue.Of(1L)));
        net.Node("Concat", ["shape", net.Ints("class.sizes", 1, width)], "class_shape", ("axis", AttributeValue.Of(0L)));
        net.Node("Expand", [net.Normal("class.token", [1, 1, width], width), "class_shape"], "class");
        net.Node("Concat", ["class", "sequence"], "tokens", ("axis", AttributeValue.Of(1L)));
    }

    private static void AddBlock(GraphWriter net, string name, string input, long width)
    {
        net.Normalized($"{name}.before", input, $"{name}_in", width);
        net.Linear($"{name}.qkv", $"{name}_in", width, 3 * width, $"{name}_qkv");
        net.Node("Reshape", [$"{name}_qkv", net.Ints($"{name}.heads", 0, Tokens, 3, Heads, width / Heads)], $"{name}_split");
        net.Node("Transpose", [$"{name}_split"], $"{name}_heads", ("perm", AttributeValue.Of([2L, 0, 3, 1, 4])));
        string[] parts = ["q", "k", "v"];
        for (int i = 0; i < parts.Length; i++)
        {
            string part = $"{name}_{parts[i]}";
            net.Node("Gather", [$"{name}_heads", net.Scalar($"{name}.{parts[i]}", i)], part, ("axis", AttributeValue.Of(0L)));
        }

        net.Node("Transpose", [$"{name}_k"], $"{name}_kt", ("perm", AttributeValue.Of([0L, 1, 3, 2])));
        net.Node("MatMul", [$"{name}_q", $"{name}_kt"], $"{name}_products");
        net.Node("Mul", [$"{name}_products", net.Number($"{name}.scale", 1 / MathF.Sqrt(width / Heads))], $"{name}_scaled");
        net.Node("Softmax", [$"{name}_scaled"], $"{name}_attention", ("axis", AttributeValue.Of(-1L)));
        net.Node("MatMul", [$"{name}_attention", $"{name}_v"], $"{name}_values");
        net.Node("Transpose", [$"{name}_values"], $"{name}_joined", ("perm", AttributeValue.Of([0L, 2, 1, 3])));
        net.Node("Reshape", [$"{name}_joined", net.Ints($"{name}.join", 0, Tokens, width)], $"{name}_context");
        net.Linear($"{name}.out", $"{name}_context", width, width, $"{name}_out");
        net.Node("Add", [$"{name}_out", input], $"{name}_middle");
        net.Normalized($"{name}.after", $"{name}_middle", $"{name}_normal", width);
        net.Linear($"{name}.up", $"{name}_normal", width, 2 * width, $"{name}_up");
        net.Node("Div", [$"{name}_up", net.Number($"{name}.root", MathF.Sqrt(2))], $"{name}_x");
        net.Node("Erf", [$"{name}_x"], $"{name}_erf");
        net.Node("Add", [$"{name}_erf", net.Number($"{name}.one", 1)], $"{name}_gate");
        net.Node("Mul", [$"{name}_up", $"{name}_gate"], $"{name}_twice");
        net.Node("Mul", [$"{name}_twice", net.Number($"{name}.half", 0.5f)], $"{name}_gelu");
        net.Linear($"{name}.down", $"{name}_gelu", 2 * width, width, $"{name}_down");
        net.Node("Add", [$"{name}_down", $"{name}_middle"], name);
    }
}
