namespace Cluster.Glyphs.Sentences;

/// <summary>What networks of the sample's sentences take and answer.</summary>
internal static class SentenceNetworks
{
    /// <summary>(N, 16), int64: numbers of words.</summary>
    public const string Ids = "input_ids";

    /// <summary>(N, 16), int64: 1 for what belongs to the sentence, 0 for padding.</summary>
    public const string Mask = "attention_mask";

    /// <summary>Both have a form for blocks of INT4, which ONNX has had since.</summary>
    public const int Opset = 21;

    public static ModelGraph Build(GraphWriter net) => net.Build(
        [
            new ValueInfo(Ids, ElementType.Int64, [-1, SentenceGenerator.Length]),
            new ValueInfo(Mask, ElementType.Int64, [-1, SentenceGenerator.Length]),
        ],
        [new ValueInfo("logits", ElementType.Float, [-1, SentenceGrammar.Languages])]);

    /// <summary>Numbers of words to rows of a table, (N, 16, width).</summary>
    public static void Embed(GraphWriter net, long width, string output) => net.Node(
        "Gather", [net.Normal("words", [SentenceGrammar.Vocabulary, width], 4), Ids], output, ("axis", AttributeValue.Of(0L)));

    /// <summary>The mask as float32 with more axes.</summary>
    public static void SpreadMask(GraphWriter net, string output, params long[] axes)
    {
        net.Node("Cast", [Mask], "mask_float", ("to", AttributeValue.Of((long)ElementType.Float)));
        net.Node("Unsqueeze", ["mask_float", net.Ints("mask.axes", axes)], output);
    }

    /// <summary>Features of a sentence, (N, width), to one number a language.</summary>
    public static void Classify(GraphWriter net, string features, long width) => net.Node(
        "Gemm",
        [
            features,
            net.Normal("head.weight", [width, SentenceGrammar.Languages], width),
            net.Zeros("head.bias", [SentenceGrammar.Languages]),
        ],
        "logits");
}
