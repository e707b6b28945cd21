using Cluster.Glyphs;
using Cluster.Networks.Graphs;

namespace Cluster.Bench.Attention;

/// <summary>An attention with random weights: four linear layers and two products of activations.</summary>
/// <param name="Tokens">Of a sequence.</param>
/// <param name="Heads">Side by side.</param>
/// <param name="Width">Numbers of a head.</param>
/// <param name="Batch">Sequences a run.</param>
/// <param name="IsFused">Whether one layer makes queries, keys and values, as in many vision transformers.</param>
internal sealed record AttentionBlock(long Tokens, long Heads, long Width, int Batch, bool IsFused)
{
    private const int Opset = 17;

    public static IReadOnlyList<AttentionBlock> All { get; } =
    [
        new(16, 4, 32, 32, false), new(37, 4, 16, 32, false), new(37, 4, 16, 32, true), new(128, 4, 64, 1, false),
        new(128, 12, 64, 1, false), new(197, 3, 64, 1, false), new(197, 3, 64, 1, true), new(197, 3, 64, 8, false),
        new(384, 4, 64, 1, false),
    ];

    /// <summary>Numbers of a token.</summary>
    public long Model => Heads * Width;

    public ModelGraph ToGraph()
    {
        var net = new GraphWriter("attention", Opset, 3);
        if (IsFused)
        {
            AddFused(net);
        }
        else
        {
            AddApart(net);
        }

        net.Node("MatMul", ["q", "k"], "products");
        net.Node("Div", ["products", net.Number("root", MathF.Sqrt(Width))], "scaled");
        net.Node("Softmax", ["scaled"], "shares", ("axis", AttributeValue.Of(-1L)));
        net.Node("MatMul", ["shares", "v"], "values");
        net.Node("Transpose", ["values"], "joined", ("perm", AttributeValue.Of([0L, 2, 1, 3])));
        net.Node("Reshape", ["joined", net.Ints("join", 0, Tokens, Model)], "context");
        net.Linear("out", "context", Model, Model, "y");
        long[] shape = [-1, Tokens, Model];
        return net.Build(new ValueInfo("x", ElementType.Float, shape), new ValueInfo("y", ElementType.Float, shape));
    }

    private void AddApart(GraphWriter net)
    {
        net.Ints("heads", 0, Tokens, Heads, Width);
        foreach (string part in (string[])["q", "k", "v"])
        {
            net.Linear(part, "x", Model, Model, $"{part}_all");
            net.Node("Reshape", [$"{part}_all", "heads"], $"{part}_split");
            long[] order = part == "k" ? [0, 2, 3, 1] : [0, 2, 1, 3];
            net.Node("Transpose", [$"{part}_split"], part, ("perm", AttributeValue.Of(order)));
        }
    }

    private void AddFused(GraphWriter net)
    {
        net.Linear("qkv", "x", Model, 3 * Model, "qkv");
        net.Node("Reshape", ["qkv", net.Ints("heads", 0, Tokens, 3, Heads, Width)], "split");
        net.Node("Transpose", ["split"], "all", ("perm", AttributeValue.Of([2L, 0, 3, 1, 4])));
        string[] parts = ["q", "keys", "v"];
        for (int i = 0; i < parts.Length; i++)
        {
            net.Node("Gather", ["all", net.Scalar($"{parts[i]}.at", i)], parts[i], ("axis", AttributeValue.Of(0L)));
        }

        net.Node("Transpose", ["keys"], "k", ("perm", AttributeValue.Of([0L, 1, 3, 2])));
    }
}
