namespace Cluster.Export.TensorRt;

/// <summary>The queries that rules make of a QDQ graph.</summary>
internal sealed class QdqView
{
    private readonly Dictionary<string, GraphNode> _producers;
    private readonly ILookup<string, GraphNode> _readers;

    public QdqView(ModelGraph graph)
    {
        Graph = graph;
        _producers = graph.Producers();
        _readers = graph.Readers();
    }

    public ModelGraph Graph { get; }

    /// <summary>QuantizeLinear and DequantizeLinear nodes.</summary>
    public IEnumerable<GraphNode> Pairs => Graph.Nodes.Where(node => node.OpType is "QuantizeLinear" or "DequantizeLinear");

    /// <summary>Convolutions and products whose second input is a constant or derived from one.</summary>
    public IEnumerable<GraphNode> Weighted => Graph.Nodes.Where(IsWeighted);

    public GraphNode? Producer(string tensor) => _producers.GetValueOrDefault(tensor);

    public IEnumerable<GraphNode> Readers(string tensor) => _readers[tensor];

    public TensorData? Constant(GraphNode node, int input) =>
        node.HasInput(input) ? Graph.Initializers.GetValueOrDefault(node.Inputs[input]) : null;

    /// <summary>Whether a DequantizeLinear writes a tensor.</summary>
    public bool IsDequantized(string tensor) => Producer(tensor) is { OpType: "DequantizeLinear" };

    /// <summary>Whether a pair quantizes a constant.</summary>
    public bool IsOfConstant(GraphNode pair) =>
        Graph.Initializers.ContainsKey(pair.Inputs[0])
        || (pair.OpType == "DequantizeLinear"
            && Producer(pair.Inputs[0]) is { OpType: "QuantizeLinear" } quantize
            && IsOfConstant(quantize));

    /// <summary>The tensor before the pair that writes this tensor; the tensor itself if there is none.</summary>
    public string BeforePair(string tensor) =>
        Producer(tensor) is { OpType: "DequantizeLinear" } dequantize
        && Producer(dequantize.Inputs[0]) is { OpType: "QuantizeLinear" } quantize
            ? quantize.Inputs[0]
            : tensor;

    public bool IsWeighted(GraphNode node) =>
        node.OpType is "Conv" or "ConvTranspose" or "Gemm" or "MatMul"
        && node.HasInput(1)
        && (Graph.Initializers.ContainsKey(node.Inputs[1])
            || (Producer(node.Inputs[1]) is { OpType: "DequantizeLinear" } pair && IsOfConstant(pair)));

    /// <summary>Whether a layer's weights are behind a pair.</summary>
    public bool HasQuantizedWeights(GraphNode node) => IsWeighted(node) && IsDequantized(node.Inputs[1]);
}
