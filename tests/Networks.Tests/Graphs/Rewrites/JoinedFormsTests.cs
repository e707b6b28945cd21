using Cluster.Tests.Exported;

namespace Cluster.Networks.Tests.Graphs.Rewrites;

/// <summary>Operators that are several, of newer opsets and of ONNX Runtime's domain, against ONNX Runtime's own.</summary>
public sealed class JoinedFormsTests
{
    private const string Microsoft = "com.microsoft";

    private static readonly (string, AttributeValue)
        Heads = ("num_heads", AttributeValue.Of(4L)),
        OneWay = ("unidirectional", AttributeValue.Of(1L)),
        Causal = ("is_causal", AttributeValue.Of(1L));

    // x is (N, 6, 8).
    private static readonly Dictionary<string, (int Opset, Func<ExportedGraph, string, Values> Make)> Forms = new(StringComparer.Ordinal)
    {
        ["Attention of three axes"] = (23, (net, x) => net.Node("Attention", [x, Narrow(net, x), Narrow(net, x)], Each(4), Each(2, "kv"))),
        ["Attention of three axes, all heads"] = (23, (net, x) => net.Node("Attention", [x, x, x], Each(4), Each(4, "kv"), Scale(0.7f))),
        ["causal Attention"] = (24, (net, x) => net.Node("Attention", [x, x, x], Each(2), Each(2, "kv"), Causal)),
        ["Attention with a mask"] = (23, (net, x) => net.Node(
            "Attention", [x, x, x, net.Weight("mask", 2, 6, 6)], Each(2), Each(2, "kv"))),
        ["Attention with a mask of what counts"] = (23, (net, x) => net.Node(
            "Attention", [x, x, x, net.Node("Greater", [net.Weight("mask", 1, 6, 6), net.Number(-0.8f)])], Each(2), Each(2, "kv"))),
        ["Attention of four axes"] = (23, (net, x) => net.Node("Attention", [ByHead(net, x, 4), ByHead(net, x, 4), ByHead(net, x, 4)])),
        ["Attention after a cache"] = (23, (net, x) => net.Nodes(
            "Attention", [ByHead(net, x, 4), ByHead(net, x, 4), ByHead(net, x, 4), "", Cache(net, x), Cache(net, x)], 3)),
        ["the keys after a cache"] = (23, (net, x) =>
        {
            string head = ByHead(net, x, 4);
            string[] all = net.Nodes("Attention", [head, head, head, "", Cache(net, x), Cache(net, x)], 3);
            return new Values(all[1], all[0], all[2]);
        }
        ),
        ["MultiHeadAttention"] = (17, (net, x) => net.Node($"{Microsoft}:MultiHeadAttention", [x, x, x], Heads)),
        ["MultiHeadAttention with biases and a mask"] = (17, (net, x) => net.Node(
            $"{Microsoft}:MultiHeadAttention", [x, x, x, net.Weight("b", 0.5, 24), "", net.Weight("mask", 1, 1, 4, 6, 6)], Heads)),
        ["MultiHeadAttention to keys by head"] = (17, (net, x) => net.Node(
            $"{Microsoft}:MultiHeadAttention", [x, ByHead(net, x, 4), ByHead(net, x, 4)], Heads, Scale(0.9f))),
        ["causal MultiHeadAttention"] = (17, (net, x) => net.Node(
            $"{Microsoft}:MultiHeadAttention", [x, x, x], Heads, OneWay)),
        ["com.microsoft's Attention"] = (14, (net, x) => net.Node(
            $"{Microsoft}:Attention", [x, net.Weight("w", 0.4, 8, 24), net.Weight("b", 0.3, 24)], Heads)),
        ["causal Attention of com.microsoft"] = (14, (net, x) => net.Node(
            $"{Microsoft}:Attention", [x, net.Weight("w", 0.4, 8, 24), net.Weight("b", 0.3, 24)], Heads, OneWay)),
        ["FusedMatMul"] = (17, (net, x) => net.Node(
            $"{Microsoft}:FusedMatMul", [x, x], ("transA", AttributeValue.Of(1L)), ("alpha", AttributeValue.Of(0.3f)))),
        ["FusedMatMul by a constant"] = (17, (net, x) => net.Node(
            $"{Microsoft}:FusedMatMul", [x, net.Weight("w", 0.4, 5, 8)], ("transB", AttributeValue.Of(1L)))),
        ["Swish"] = (24, (net, x) => net.Node("Swish", [x])),
        ["Swish with a factor"] = (24, (net, x) => net.Node("Swish", [x], ("alpha", AttributeValue.Of(0.6f)))),
        ["QuickGelu"] = (17, (net, x) => net.Node($"{Microsoft}:QuickGelu", [x])),
        ["Gelu of com.microsoft"] = (17, (net, x) => net.Node($"{Microsoft}:Gelu", [x])),
        ["BiasGelu"] = (17, (net, x) => net.Node($"{Microsoft}:BiasGelu", [x, net.Weight("b", 0.5, 8)])),
        ["FastGelu"] = (17, (net, x) => net.Node($"{Microsoft}:FastGelu", [x])),
        ["FastGelu with a bias"] = (17, (net, x) => net.Node($"{Microsoft}:FastGelu", [x, net.Weight("b", 0.5, 8)])),
        ["SkipLayerNormalization"] = (17, (net, x) => net.Node(
            $"{Microsoft}:SkipLayerNormalization", [x, Half(net, x), net.Scale("g", 8), net.Weight("b", 0.1, 8), net.Weight("c", 0.5, 8)])),
        ["SkipLayerNormalization, opset 14, without a bias"] = (14, (net, x) => net.Node(
            $"{Microsoft}:SkipLayerNormalization", [x, Half(net, x), net.Scale("g", 8)])),
        ["RMSNormalization"] = (23, (net, x) => net.Node(
            "RMSNormalization", [x, net.Scale("g", 8)], ("epsilon", AttributeValue.Of(1e-3f)))),
    };

    public static TheoryData<string> Names => [.. Forms.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Normalize_JoinedOperator_IsTheSameOfKnownOnes(string name)
    {
        var (opset, make) = Forms[name];
        var net = new ExportedGraph("joined", opset, 3);
        foreach (var (i, value) in make(net, net.Input("x", ElementType.Float, [-1, 6, 8])).Names.Index())
        {
            net.Output(value, $"y{i}", -1);
        }

        var graph = Rewritten.ShouldKeep(net.Build());

        var roles = new NodeRoles(graph);
        graph.Nodes.Where(roles.IsExecuted).Select(node => node.OpType).ShouldBeEmpty();
        graph.Nodes.ShouldAllBe(node => node.Domain.Length == 0);
    }

    // Soft caps and causal masks after a cache are ONNX Runtime's alone.
    [Theory]
    [InlineData("softcap")]
    [InlineData("cache")]
    public void Normalize_RareAttention_IsExecuted(string form)
    {
        var net = new ExportedGraph("rare", 23, 3);
        string x = net.Input("x", ElementType.Float, [-1, 6, 8]), head = ByHead(net, x, 4);
        string[] values = form == "softcap"
            ? [net.Node("Attention", [head, head, head], ("softcap", AttributeValue.Of(2f)))]
            : net.Nodes("Attention", [head, head, head, "", Cache(net, x), Cache(net, x)], 3, Causal);
        foreach (var (i, value) in values.Index())
        {
            net.Output(value, $"y{i}", -1);
        }

        Rewritten.ShouldKeep(net.Build()).Nodes.ShouldContain(node => node.OpType == "Attention");
    }

    /// <summary>The outputs of a network; the first one is compared.</summary>
    private sealed record Values(params string[] Names)
    {
        public static implicit operator Values(string name) => new(name);

        public static implicit operator Values(string[] names) => new(names);
    }

    private static (string, AttributeValue) Each(long heads, string of = "q") => ($"{of}_num_heads", AttributeValue.Of(heads));

    private static (string, AttributeValue) Scale(float value) => ("scale", AttributeValue.Of(value));

    private static string Half(ExportedGraph net, string x) => net.Node("Tanh", [x]);

    private static string Narrow(ExportedGraph net, string x) => net.Linear("narrow", x, 8, 4);

    private static string ByHead(ExportedGraph net, string x, long heads) =>
        net.Transpose(net.Node("Reshape", [x, net.Ints(0, 0, heads, 8 / heads)]), 0, 2, 1, 3);

    private static string Cache(ExportedGraph net, string x) => ByHead(net, net.Node("Sin", [x]), 4);
}
