using Cluster.Kernels.Graphs;

namespace Cluster.Evaluation.SingleSteps.Inspect;

/// <summary>
/// A file with weights in codes seen as the float network that it represents: products and tables read float constants of the same shape
/// (their values do not matter here).
/// </summary>
internal sealed class WeightOnlyGraph
{
    private readonly Dictionary<string, int> _bits = new(StringComparer.Ordinal);
    private readonly PackedWeights[] _packed;
    private readonly ModelGraph _file;

    /// <exception cref="Kernels.KernelException">Attributes and codes of a node do not fit together.</exception>
    public WeightOnlyGraph(ModelGraph file)
    {
        _file = file;
        _packed = [.. file.Nodes.Where(WeightOnlyNodes.Is).Select(node => PackedWeights.Of(node, file))];
        Float = Unpacked();
    }

    /// <summary>The graph without ONNX Runtime's own nodes.</summary>
    public ModelGraph Float { get; }

    public static bool Is(ModelGraph graph) => graph.Nodes.Any(WeightOnlyNodes.Is);

    /// <summary>The type of the node's weights: "int4", or null for a node that reads no such weights.</summary>
    public string? Format(GraphNode node) =>
        node.Inputs.Where(_bits.ContainsKey).Select(name => $"int{_bits[name]} weights").FirstOrDefault();

    /// <summary>A summary for each operator and format.</summary>
    /// <param name="fileBytes">Size of the whole file.</param>
    public IReadOnlyList<InspectWeights> Summary(long fileBytes) =>
    [
        .. _packed
            .GroupBy(weights => (weights.Node.OpType, weights.Bits, weights.Block))
            .OrderByDescending(same => same.Key.OpType, StringComparer.Ordinal)
            .ThenBy(same => same.Key.Bits)
            .ThenBy(same => same.Key.Block)
            .Select(same =>
            {
                long bytes = same.SelectMany(weights => weights.Constants)
                    .Distinct(StringComparer.Ordinal)
                    .Sum(name => _file.Initializers.TryGetValue(name, out var constant) ? constant.Bytes.Length : 0L);
                return new InspectWeights(
                    same.Key.OpType,
                    same.Key.Bits,
                    same.Key.Block,
                    same.Count(),
                    same.DistinctBy(weights => weights.Codes, StringComparer.Ordinal).Sum(weights => weights.Count),
                    bytes,
                    (double)bytes / fileBytes);
            }),
    ];

    private ModelGraph Unpacked()
    {
        var constants = new Dictionary<string, TensorData>(_file.Initializers, StringComparer.Ordinal);
        var packed = _packed.ToDictionary(weights => weights.Node.Name, StringComparer.Ordinal);
        var nodes = new List<GraphNode>();
        foreach (var node in _file.Nodes)
        {
            if (!packed.TryGetValue(node.Name, out var weights))
            {
                nodes.Add(node);
                continue;
            }

            // A recurrent layer's weights are unpacked as a whole: they are a constant of the float network.
            bool isWhole = node.OpType == WeightOnlyNodes.Table
                && node.GetInt("gather_axis", 0) == 0
                && _file.Initializers.TryGetValue(node.Inputs[1], out var indices)
                && indices.Shape is [var parts]
                && parts == weights.Shape[0];
            string name = isWhole ? node.Output : weights.Codes;
            constants[name] = new TensorData(ElementType.Float, weights.Shape, new byte[checked(weights.Count * sizeof(float))]);
            _bits[name] = weights.Bits;
            nodes.AddRange(isWhole ? [] : weights.Unpacked());
        }

        return _file with { Nodes = nodes, Initializers = constants };
    }
}
