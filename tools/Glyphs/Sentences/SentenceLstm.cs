namespace Cluster.Glyphs.Sentences;

/// <summary>Two LSTM layers with random weights; the answer is from the mean of the states that the mask leaves.</summary>
internal static class SentenceLstm
{
    private const long Embedding = 64;
    private const long Hidden = 128;
    private const int Layers = 2;

    public static ModelGraph ToGraph(long seed)
    {
        var net = new GraphWriter("sentences-lstm", SentenceNetworks.Opset, (ulong)SplitMix64.Derive(seed, "sentences/lstm"));
        SentenceNetworks.Embed(net, Embedding, "said");
        net.Node("Transpose", ["said"], "layer0", ("perm", AttributeValue.Of([1L, 0, 2]))); // (16, N, width)
        net.Ints("direction", 1);
        for (int layer = 1; layer <= Layers; layer++)
        {
            AddLayer(net, $"layer{layer}", $"layer{layer - 1}", layer == 1 ? Embedding : Hidden);
        }

        net.Node("Transpose", [$"layer{Layers}"], "states", ("perm", AttributeValue.Of([1L, 0, 2])));
        SentenceNetworks.SpreadMask(net, "mask", 2); // (N, 16, 1)
        net.Node("Mul", ["states", "mask"], "said_states");
        net.Ints("time", 1);
        net.Node("ReduceSum", ["said_states", "time"], "sum", ("keepdims", AttributeValue.Of(0L)));
        net.Node("ReduceSum", ["mask", "time"], "length", ("keepdims", AttributeValue.Of(0L)));
        net.Node("Div", ["sum", "length"], "features");
        SentenceNetworks.Classify(net, "features", Hidden);
        return SentenceNetworks.Build(net);
    }

    private static void AddLayer(GraphWriter net, string name, string input, long width)
    {
        const long Gates = 4 * Hidden;
        net.Node(
            "LSTM",
            [
                input,
                net.Normal($"{name}.input", [1, Gates, width], 2 * width),
                net.Normal($"{name}.state", [1, Gates, Hidden], 2 * Hidden),
                net.Zeros($"{name}.bias", [1, 2 * Gates]),
            ],
            $"{name}_directions",
            ("hidden_size", AttributeValue.Of(Hidden)));
        net.Node("Squeeze", [$"{name}_directions", "direction"], name);
    }
}
