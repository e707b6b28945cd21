using Cluster.Kernels.Evaluation.Measurement;

namespace Cluster.Tests.Exported;

/// <summary>
/// Small networks in the forms that PyTorch's newer exporters write (opset 18 to 24) and that people deploy: a vision transformer, a
/// decoder of tokens with grouped heads, one of diffusion's kind, a speech encoder and its decoder with a cache, a detector with its
/// selection inside.
/// </summary>
internal static class ExportedNetworks
{
    private const int Width = 32, Heads = 4, Depth = Width / Heads;

    /// <summary>The size of the one axis that is free beside the batch.</summary>
    public static readonly (string Name, long Size) Free = ("past_length", 8);

    public static IReadOnlyDictionary<string, Func<ExportedGraph>> All { get; } = new Dictionary<string, Func<ExportedGraph>>(
        StringComparer.Ordinal)
    {
        ["vit"] = () => Vision("vit", 18, -1, isComposed: true),
        ["vit-batch1"] = () => Vision("vit-batch1", 20, 1, isComposed: true),
        ["vit-attention"] = () => Vision("vit-attention", 23, -1, isComposed: false),
        ["llama"] = Llama,
        ["diffusion"] = Diffusion,
        ["speech-encoder"] = SpeechEncoder,
        ["speech-decoder"] = SpeechDecoder,
        ["detector-topk"] = () => Detector("detector-topk", hasNms: false),
        ["detector-nms"] = () => Detector("detector-nms", hasNms: true),
        ["detector-counts"] = () => Detector("detector-counts", hasNms: true, leastScore: 0.7f),
        ["detector-apart"] = Apart,
    };

    // Patches, a class token that is expanded to the batch, positions, two blocks, the class token's row.
    private static ExportedGraph Vision(string name, int opset, long batch, bool isComposed)
    {
        var net = new ExportedGraph(name, opset, 11);
        string image = net.Input("pixel_values", ElementType.Float, [batch, 3, 32, 32], null, "s0", "", "", "");
        string patches = net.Node(
            "Conv",
            [image, net.Weight("embeddings.projection.weight", 0.1, Width, 3, 8, 8), net.Weight("embeddings.projection.bias", 0.1, Width)],
            ("strides", AttributeValue.Of([8L, 8])), ("pads", AttributeValue.Of([0L, 0, 0, 0])));
        string rows = net.Transpose(Joined(net, patches, image, batch, Width, 16), 0, 2, 1);
        string token = net.Weight("embeddings.cls_token", 0.5, 1, 1, Width);
        string tokens = token;
        if (batch < 0)
        {
            string target = net.Node("Concat", [Batch(net, image), net.Ints(-1, -1)], Axis(0));
            tokens = net.Node("Expand", [token, net.Node("Where", [net.Node("Equal", [target, net.Ints(-1)]), net.Ints(1), target])]);
        }

        string joined = net.Node("Concat", [tokens, rows], Axis(1));
        string value = net.Node("Add", [joined, net.Weight("embeddings.positions", 0.3, 1, 17, Width)]);
        for (int i = 0; i < 2; i++)
        {
            string of = $"encoder.layer.{i}";
            string normal = net.LayerNorm($"{of}.norm1", value, Width);
            value = net.Node("Add", [value, Attended(net, of, normal, image, batch, 17, isComposed)]);
            normal = net.LayerNorm($"{of}.norm2", value, Width);
            string hidden = net.Linear($"{of}.fc1", normal, Width, 2 * Width);
            hidden = opset >= 20 ? net.Node("Gelu", [hidden]) : Gelu(net, hidden);
            value = net.Node("Add", [value, net.Linear($"{of}.fc2", hidden, 2 * Width, Width)]);
        }

        string first = net.Node("Gather", [net.LayerNorm("norm", value, Width), net.Integer(0)], Axis(1));
        string logits = net.Node(
            "Gemm",
            [first, net.Weight("classifier.weight", 0.2, 10, Width), net.Weight("classifier.bias", 0.1, 10)],
            ("transB", AttributeValue.Of(1L)), ("alpha", AttributeValue.Of(1f)), ("beta", AttributeValue.Of(1f)));
        net.Output(logits, "logits", batch, 10);
        return net;
    }

    private static string Gelu(ExportedGraph net, string value)
    {
        string error = net.Node("Erf", [net.Node("Div", [value, net.Number(1.4142135f)])]);
        return net.Node("Mul", [net.Node("Mul", [value, net.Node("Add", [error, net.Number(1)])]), net.Number(0.5f)]);
    }

    // (N, C, H, W) -> (N, C, H * W)
    private static string Joined(ExportedGraph net, string value, string image, long batch, params long[] sizes) => batch > 0
        ? net.Reshape(value, [batch, .. sizes])
        : net.Node(
            "Reshape",
            [value, net.Node("Concat", [Batch(net, image), net.Ints(sizes)], Axis(0))],
            ("allowzero", AttributeValue.Of(1L)));

    private static string Batch(ExportedGraph net, string image) =>
        net.Node("Shape", [image], ("start", AttributeValue.Of(0L)), ("end", AttributeValue.Of(1L)));

    // scaled_dot_product_attention: composed, both sides times the root of the scale; or ONNX's operator.
    private static string Attended(ExportedGraph net, string of, string value, string image, long batch, long length, bool isComposed)
    {
        string[] sides =
        [
            .. new[] { "query", "key", "value" }.Select(side => net.Transpose(
                Joined(net, net.Linear($"{of}.{side}", value, Width, Width), image, batch, length, Heads, Depth), 0, 2, 1, 3)),
        ];
        string attended;
        if (isComposed)
        {
            string root = net.Node("Sqrt", [net.Number(1 / MathF.Sqrt(Depth))]);
            string scores = net.Node(
                "MatMul", [net.Node("Mul", [sides[0], root]), net.Node("Mul", [net.Transpose(sides[1], 0, 1, 3, 2), root])]);
            attended = net.Node("MatMul", [net.Node("Softmax", [scores], Axis(-1)), sides[2]]);
        }
        else
        {
            attended = net.Node(
                "Attention", sides, ("scale", AttributeValue.Of(1 / MathF.Sqrt(Depth))), ("is_causal", AttributeValue.Of(0L)));
        }

        return net.Linear($"{of}.output", Joined(net, net.Transpose(attended, 0, 2, 1, 3), image, batch, length, Width), Width, Width);
    }

    // Tokens, rotated positions, two heads of keys for four of queries, RMS norms, gated by Swish; logits of all tokens.
    private static ExportedGraph Llama()
    {
        const int Length = 12, Words = 40, Kept = Heads / 2;
        var net = new ExportedGraph("llama", 24, 13);
        string ids = net.Input("input_ids", ElementType.Int64, [-1, Length], random => random.Next(Words), "batch", "");
        string value = net.Node("Gather", [net.Weight("model.embed_tokens.weight", 1, Words, Width), ids], Axis(0));
        string cos = net.Weight("cos", 0.7, Length, Depth / 2), sin = net.Weight("sin", 0.7, Length, Depth / 2);
        for (int i = 0; i < 2; i++)
        {
            string of = $"model.layers.{i}";
            string normal = Rms(net, $"{of}.input_layernorm", value);
            string query = Heads4(net, net.Linear($"{of}.q_proj", normal, Width, Width, false), Heads);
            string key = Heads4(net, net.Linear($"{of}.k_proj", normal, Width, Kept * Depth, false), Kept);
            string values = Heads4(net, net.Linear($"{of}.v_proj", normal, Width, Kept * Depth, false), Kept);
            string attended = net.Node("Attention", [Rotated(query), Rotated(key), values], ("is_causal", AttributeValue.Of(1L)));
            string joined = net.Node("Reshape", [net.Transpose(attended, 0, 2, 1, 3), net.Ints(0, 0, -1)]);
            value = net.Node("Add", [value, net.Linear($"{of}.o_proj", joined, Width, Width, false)]);
            normal = Rms(net, $"{of}.post_attention_layernorm", value);
            string gate = net.Node("Swish", [net.Linear($"{of}.gate_proj", normal, Width, 2 * Width, false)]);
            string gated = net.Node("Mul", [gate, net.Linear($"{of}.up_proj", normal, Width, 2 * Width, false)]);
            value = net.Node("Add", [value, net.Linear($"{of}.down_proj", gated, 2 * Width, Width, false)]);
        }

        net.Output(net.Linear("lm_head", Rms(net, "model.norm", value), Width, Words, false), "logits", -1, Length, Words);
        return net;

        string Rotated(string side) => net.Node(
            "RotaryEmbedding",
            [side, Rows(net.Node("Unsqueeze", [cos, net.Ints(0)])), Rows(net.Node("Unsqueeze", [sin, net.Ints(0)]))]);

        // One row of angles a sample.
        string Rows(string table) => net.Node(
            "Expand", [table, net.Node("Concat", [Batch(net, ids), net.Ints(Length, Depth / 2)], Axis(0))]);
    }

    private static string Rms(ExportedGraph net, string of, string value) => net.Node(
        "RMSNormalization",
        [value, net.Scale($"{of}.weight", Width)],
        ("epsilon", AttributeValue.Of(1e-6f)),
        ("axis", AttributeValue.Of(-1L)));

    private static string Heads4(ExportedGraph net, string value, long heads) =>
        net.Transpose(net.Node("Reshape", [value, net.Ints(0, 0, heads, Depth)]), 0, 2, 1, 3);

    // A step of a denoiser: time embedded by sines, group norms, a join over a smaller scale.
    private static ExportedGraph Diffusion()
    {
        var net = new ExportedGraph("diffusion", 21, 17);
        string sample = net.Input("sample", ElementType.Float, [-1, 4, 16, 16], null, "s0", "", "", "");
        string step = net.Input("timestep", ElementType.Float, [-1], random => random.Next(1000), "s0");
        string angles = net.Node("Mul", [net.Node("Unsqueeze", [step, net.Ints(1)]), net.Weight("freqs", 0.01, 1, 8)]);
        string time = net.Node("Concat", [net.Node("Cos", [angles]), net.Node("Sin", [angles])], Axis(-1));
        time = net.Linear("time_embedding.linear_2", net.Silu(net.Linear("time_embedding.linear_1", time, 16, Width)), Width, Width);
        string start = net.Conv("conv_in", sample, 4, Width, 2, 3);
        string wide = Block("down_blocks.0", start, Width, Width);
        string narrow = net.Conv("down_blocks.0.downsample", wide, Width, Width, 2, 3, 2);
        narrow = Block("mid_block", narrow, Width, Width);
        string up = net.Node(
            "Resize",
            [narrow, "", "", net.Node("Concat", [Batch(net, sample), net.Ints(Width, 16, 16)], Axis(0))],
            ("mode", AttributeValue.Of("nearest")),
            ("coordinate_transformation_mode", AttributeValue.Of("asymmetric")),
            ("nearest_mode", AttributeValue.Of("floor")));
        string joined = net.Node("Concat", [net.Conv("up_blocks.0.upsample", up, Width, Width, 2, 3), wide], Axis(1));
        string end = Block("up_blocks.0", joined, 2 * Width, Width);
        net.Output(net.Conv("conv_out", net.Silu(Normalised("conv_norm_out", end, Width)), Width, 4, 2, 3), "out_sample", -1, 4, 16, 16);
        return net;

        string Block(string of, string value, long from, long to)
        {
            string hidden = net.Conv($"{of}.conv1", net.Silu(Normalised($"{of}.norm1", value, from)), from, to, 2, 3);
            string shift = net.Linear($"{of}.time_emb_proj", net.Silu(time), Width, to);
            hidden = net.Node("Add", [hidden, net.Node("Unsqueeze", [shift, net.Ints(2, 3)])]);
            hidden = net.Conv($"{of}.conv2", net.Silu(Normalised($"{of}.norm2", hidden, to)), to, to, 2, 3);
            return net.Node("Add", [from == to ? value : net.Conv($"{of}.conv_shortcut", value, from, to, 2, 1), hidden]);
        }

        string Normalised(string of, string value, long channels) => net.Node(
            "GroupNormalization", [value, net.Scale($"{of}.weight", channels), net.Weight($"{of}.bias", 0.1, channels)],
            ("num_groups", AttributeValue.Of(8L)), ("epsilon", AttributeValue.Of(1e-5f)));
    }

    // Two convolutions over time, positions, blocks.
    private static ExportedGraph SpeechEncoder()
    {
        var net = new ExportedGraph("speech-encoder", 20, 19);
        string mel = net.Input("input_features", ElementType.Float, [1, 16, 40], null, "", "", "");
        string value = net.Node("Gelu", [net.Conv("encoder.conv1", mel, 16, Width, 1, 3)]);
        value = net.Node("Gelu", [net.Conv("encoder.conv2", value, Width, Width, 1, 3, 2)]);
        value = net.Node("Add", [net.Transpose(value, 0, 2, 1), net.Weight("encoder.embed_positions.weight", 0.3, 20, Width)]);
        for (int i = 0; i < 2; i++)
        {
            string of = $"encoder.layers.{i}";
            string normal = net.LayerNorm($"{of}.self_attn_layer_norm", value, Width);
            value = net.Node("Add", [value, Attended(net, of, normal, mel, 1, 20, isComposed: true)]);
            normal = net.LayerNorm($"{of}.final_layer_norm", value, Width);
            string hidden = net.Node("Gelu", [net.Linear($"{of}.fc1", normal, Width, 2 * Width)]);
            value = net.Node("Add", [value, net.Linear($"{of}.fc2", hidden, 2 * Width, Width)]);
        }

        net.Output(net.LayerNorm("encoder.layer_norm", value, Width), "last_hidden_state", 1, 20, Width);
        return net;
    }

    // One token a step; keys and values of earlier ones come in and go out one longer, those of the encoder come in.
    private static ExportedGraph SpeechDecoder()
    {
        const int Words = 50;
        var net = new ExportedGraph("speech-decoder", 18, 23);
        string ids = net.Input("input_ids", ElementType.Int64, [-1, 1], random => random.Next(Words), "batch_size", "");
        string[] past = [.. new[] { "key", "value" }.Select(side => net.Input(
            $"past_key_values.0.decoder.{side}", ElementType.Float, [-1, Heads, -1, Depth], null, "batch_size", "", "past_length", ""))];
        string[] encoded = [.. new[] { "key", "value" }.Select(side => net.Input(
            $"past_key_values.0.encoder.{side}", ElementType.Float, [-1, Heads, 20, Depth], null, "batch_size", "", "", ""))];
        string position = net.Node("Shape", [past[0]], ("start", AttributeValue.Of(2L)), ("end", AttributeValue.Of(3L)));
        string value = net.Node("Add",
        [
            net.Node("Gather", [net.Weight("decoder.embed_tokens.weight", 1, Words, Width), ids], Axis(0)),
            net.Node("Gather", [net.Weight("decoder.embed_positions.weight", 0.3, 448, Width), position], Axis(0)),
        ]);
        string normal = net.LayerNorm("decoder.layers.0.self_attn_layer_norm", value, Width);
        string[] present = [.. new[] { "k", "v" }.Select((side, i) =>
        {
            string latest = net.Linear($"decoder.layers.0.self_attn.{side}_proj", normal, Width, Width, i == 1);
            return net.Node("Concat", [past[i], Heads4(net, latest, Heads)], Axis(-2));
        })];
        value = net.Node("Add", [value, Attended("decoder.layers.0.self_attn", normal, present)]);
        normal = net.LayerNorm("decoder.layers.0.encoder_attn_layer_norm", value, Width);
        value = net.Node("Add", [value, Attended("decoder.layers.0.encoder_attn", normal, encoded)]);
        normal = net.LayerNorm("decoder.layers.0.final_layer_norm", value, Width);
        string hidden = net.Linear("decoder.layers.0.fc1", normal, Width, 2 * Width);
        value = net.Node("Add", [value, net.Linear("decoder.layers.0.fc2", net.Node("Relu", [hidden]), 2 * Width, Width)]);
        net.Output(net.Linear("proj_out", net.LayerNorm("decoder.layer_norm", value, Width), Width, Words, false), "logits", -1, 1, Words);
        net.Output(present[0], "present.0.decoder.key", -1, Heads, -1, Depth);
        net.Output(present[1], "present.0.decoder.value", -1, Heads, -1, Depth);
        return net;

        string Attended(string of, string value, string[] sides)
        {
            string query = Heads4(net, net.Linear($"{of}.q_proj", value, Width, Width), Heads);
            query = net.Node("Mul", [query, net.Number(1 / MathF.Sqrt(Depth))]);
            string scores = net.Node("MatMul", [query, net.Transpose(sides[0], 0, 1, 3, 2)]);
            string attended = net.Node("MatMul", [net.Node("Softmax", [scores], Axis(-1)), sides[1]]);
            string joined = net.Node("Reshape", [net.Transpose(attended, 0, 2, 1, 3), net.Ints(0, 0, Width)]);
            return net.Linear($"{of}.out_proj", joined, Width, Width);
        }
    }

    // Boxes and classes of an 8 x 8 grid; then the best of them: a fixed number, or as many as non-maximum suppression leaves.
    private static ExportedGraph Detector(string name, bool hasNms, float leastScore = 0.25f)
    {
        const int Classes = 5, Boxes = 64, Best = 10;
        var net = new ExportedGraph(name, 19, 29);
        string image = net.Input("images", ElementType.Float, [1, 3, 32, 32], random => random.NextSingle(), "", "", "", "");
        string value = net.Silu(net.Conv("model.0.conv", image, 3, 16, 2, 3, 2));
        value = net.Silu(net.Conv("model.1.conv", value, 16, Width, 2, 3, 2));
        value = net.Silu(net.Conv("model.2.cv1.conv", value, Width, Width, 2, 1));
        string[] halves = net.Nodes("Split", [value, net.Ints(16, 16)], 2, Axis(1));
        string inner = net.Node("Add", [halves[1], net.Silu(net.Conv("model.2.m.0.cv1.conv", halves[1], 16, 16, 2, 3))]);
        value = net.Silu(net.Conv("model.2.cv2.conv", net.Node("Concat", [halves[0], halves[1], inner], Axis(1)), 48, Width, 2, 1));
        string boxes = net.Reshape(net.Conv("model.3.cv2.conv", value, Width, 4, 2, 1), 1, 4, Boxes);
        string scores = net.Node("Sigmoid", [net.Reshape(net.Conv("model.3.cv3.conv", value, Width, Classes, 2, 3), 1, Classes, Boxes)]);
        string[] corners = net.Nodes("Split", [net.Node("Sigmoid", [boxes])], 2, Axis(1), ("num_outputs", AttributeValue.Of(2L)));
        string grid = net.Weight("grid", 0.5, 1, 2, Boxes);
        boxes = net.Node("Concat", [net.Node("Sub", [grid, corners[0]]), net.Node("Add", [grid, corners[1]])], Axis(1));
        boxes = net.Transpose(boxes, 0, 2, 1);
        if (!hasNms)
        {
            string best = net.Node("ReduceMax", [scores, net.Ints(1)], ("keepdims", AttributeValue.Of(0L)));
            string[] top = net.Nodes("TopK", [best, net.Ints(Best)], 2, Axis(-1), ("largest", AttributeValue.Of(1L)));
            string index = net.Node("Unsqueeze", [top[1], net.Ints(-1)]);
            string four = net.Node("Tile", [index, net.Ints(1, 1, 4)]);
            string chosen = net.Node("GatherElements", [boxes, four], Axis(1));
            string label = net.Node("ArgMax", [scores], Axis(1), ("keepdims", AttributeValue.Of(0L)));
            label = Float(net.Node("GatherElements", [label, top[1]], Axis(1)));
            string[] columns = [.. new[] { top[0], label }.Select(column => net.Node("Unsqueeze", [column, net.Ints(-1)]))];
            net.Output(net.Node("Concat", [chosen, .. columns], Axis(-1)), "output0", 1, Best, 6);
            return net;
        }

        string kept = net.Node("NonMaxSuppression", [boxes, scores, net.Ints(Best), net.Number(0.5f), net.Number(leastScore)]);
        string ofScores = net.Node("Unsqueeze", [net.Node("GatherND", [scores, kept]), net.Ints(1)]);
        string box = net.Node("Gather", [kept, net.Integer(2)], Axis(1));
        string rows = net.Node("Gather", [net.Node("Squeeze", [boxes, net.Ints(0)]), box], Axis(0));
        string labels = Float(net.Node("Slice", [kept, net.Ints(1), net.Ints(2), net.Ints(1)]));
        net.Output(net.Node("Concat", [rows, ofScores, labels], Axis(1)), "detections", -1, 6);
        return net;

        string Float(string value) => net.Node("Cast", [value], ("to", AttributeValue.Of((long)ElementType.Float)));
    }

    // SSD's kind, of any batch: two grids of priors, softmax with background first, boxes, labels, scores and places of what is selected.
    private static ExportedGraph Apart()
    {
        const int Classes = 4, Best = 5;
        var net = new ExportedGraph("detector-apart", 18, 31);
        string image = net.Input("image", ElementType.Float, [-1, 3, 32, 32], random => random.NextSingle(), "batch", "", "", "");
        string value = net.Node("Relu", [net.Conv("features.0", image, 3, 16, 2, 3, 2)]);
        value = net.Node("Relu", [net.Conv("features.1", value, 16, Width, 2, 3, 2)]);
        List<string> places = [], kinds = [];
        for (int i = 0; i < 2; i++)
        {
            value = net.Node("Relu", [net.Conv($"extra.{i}", value, Width, Width, 2, 3, 2)]);
            places.Add(Rows($"loc.{i}", 4));
            kinds.Add(Rows($"conf.{i}", Classes));
        }

        string offset = net.Node("Sigmoid", [net.Node("Concat", [.. places], Axis(1))]);
        string[] offsets = net.Nodes("Split", [offset], 2, Axis(2), ("num_outputs", AttributeValue.Of(2L)));
        string priors = net.Weight("priors", 0.5, 1, 20, 2);
        string boxes = net.Node(
            "Concat", [net.Node("Sub", [priors, offsets[0]]), net.Node("Add", [priors, offsets[1]])], Axis(2));
        string scores = net.Node("Softmax", [net.Node("Concat", [.. kinds], Axis(1))], Axis(2));
        scores = net.Transpose(net.Node("Slice", [scores, net.Ints(1), net.Ints(Classes), net.Ints(2)]), 0, 2, 1);
        string kept = net.Node("NonMaxSuppression", [boxes, scores, net.Ints(Best), net.Number(0.5f), net.Number(0.6f)]);
        string chosen = net.Node("Gather", [kept, net.Ints(0, 2)], Axis(1));
        net.Output(net.Node("GatherND", [boxes, chosen]), "boxes", -1, 4);
        net.Output(net.Node("GatherND", [scores, kept]), "scores", -1);
        string labels = net.Node("Gather", [kept, net.Integer(1)], Axis(1));
        net.Output(Float(net.Node("Add", [labels, net.Integer(1)])), "labels", -1);
        net.Output(Float(kept), "selected_indices", -1, 3);
        return net;

        string Float(string of) => net.Node("Cast", [of], ("to", AttributeValue.Of((long)ElementType.Float)));

        string Rows(string of, int columns) => net.Node(
            "Reshape", [net.Transpose(net.Conv(of, value, Width, columns, 2, 3), 0, 2, 3, 1), net.Ints(0, -1, columns)]);
    }

    private static (string Name, AttributeValue Value) Axis(long axis) => ("axis", AttributeValue.Of(axis));
}
