namespace Cluster.Glyphs.Sentences;

/// <summary>
/// A BERT of two blocks with random weights, normalised after each sum: queries, keys and values of their own, padding masked out of the
/// attention, and an answer from the first position.
/// </summary>
internal static class SentenceTransformer
{
    private const long Width = 128;
    private const long Heads = 4;
    private const long Inner = 4 * Width;
    private const int Blocks = 2;
    private const long Length = SentenceGenerator.Length;

    public static ModelGraph ToGraph(long seed)
    {
        var net = new GraphWriter("sentences-bert", SentenceNetworks.Opset, (ulong)SplitMix64.Derive(seed, "sentences/transformer"));
        SentenceNetworks.Embed(net, Width, "said");
        net.Node("Add", ["said", net.Normal("position", [1, Length, Width], 4)], "placed");
        net.Normalized("embedding", "placed", "block0", Width);
        SentenceNetworks.SpreadMask(net, "mask", 1, 2); // (N, 1, 1, 16)
        net.Node("Sub", [net.Number("mask.one", 1), "mask"], "left_out");
        net.Node("Mul", ["left_out", net.Number("mask.far", -10_000)], "mask_bias");
        for (int block = 1; block <= Blocks; block++)
        {
            AddBlock(net, $"block{block}", $"block{block - 1}");
        }

        net.Node("Gather", [$"block{Blocks}", net.Scalar("first", 0)], "answer", ("axis", AttributeValue.Of(1L)));
        net.Node("Gemm", ["answer", net.Normal("pool.weight", [Width, Width], Width), net.Zeros("pool.bias", [Width])], "pooled");
        net.Node("Tanh", ["pooled"], "features");
        SentenceNetworks.Classify(net, "features", Width);
        return SentenceNetworks.Build(net);
    }

    private static void AddBlock(GraphWriter net, string name, string input)
    {
        net.Ints($"{name}.heads", 0, Length, Heads, Width / Heads);
        foreach (string part in (string[])["q", "k", "v"])
        {
            net.Linear($"{name}.{part}", input, Width, Width, $"{name}_{part}_all");
            net.Node("Reshape", [$"{name}_{part}_all", $"{name}.heads"], $"{name}_{part}_split");
            long[] order = part == "k" ? [0, 2, 3, 1] : [0, 2, 1, 3];
            net.Node("Transpose", [$"{name}_{part}_split"], $"{name}_{part}", ("perm", AttributeValue.Of(order)));
        }

        net.Node("MatMul", [$"{name}_q", $"{name}_k"], $"{name}_products");
        net.Node("Div", [$"{name}_products", net.Number($"{name}.scale", MathF.Sqrt(Width / Heads))], $"{name}_scaled");
        net.Node("Add", [$"{name}_scaled", "mask_bias"], $"{name}_masked");
        net.Node("Softmax", [$"{name}_masked"], $"{name}_attention", ("axis", AttributeValue.Of(-1L)));
        net.Node("MatMul", [$"{name}_attention", $"{name}_v"], $"{name}_values");
        net.Node("Transpose", [$"{name}_values"], $"{name}_joined", ("perm", AttributeValue.Of([0L, 2, 1, 3])));
        net.Node("Reshape", [$"{name}_joined", net.Ints($"{name}.join", 0, Length, Width)], $"{name}_context");
        net.Linear($"{name}.out", $"{name}_context", Width, Width, $"{name}_out");
        net.Node("Add", [$"{name}_out", input], $"{name}_sum");
        net.Normalized($"{name}.attended", $"{name}_sum", $"{name}_middle", Width);
        net.Linear($"{name}.up", $"{name}_middle", Width, Inner, $"{name}_up");
        net.Node("Gelu", [$"{name}_up"], $"{name}_gelu");
        net.Linear($"{name}.down", $"{name}_gelu", Inner, Width, $"{name}_down");
        net.Node("Add", [$"{name}_down", $"{name}_middle"], $"{name}_both");
        net.Normalized($"{name}.after", $"{name}_both", name, Width);
    }
}
