using Cluster.Kernels.Quantization.DynamicQuantization;

namespace Cluster.Evaluation.SingleSteps.Inspect;

/// <summary>
/// A quantized file seen as the float network it simulates: Q/DQ pairs are removed, integer constants become float ones of the same shape
/// (their values do not matter here), a layer that quantizes in each run is the layer, and for each node it is remembered whether
/// it read codes.
/// </summary>
internal sealed class QdqGraph
{
    private readonly Dictionary<string, string> _formats = new(StringComparer.Ordinal);

    public QdqGraph(ModelGraph graph)
    {
        var source = new Dictionary<string, string>(StringComparer.Ordinal);
        var constants = new Dictionary<string, TensorData>(graph.Initializers, StringComparer.Ordinal);
        var dequantized = new HashSet<string>(StringComparer.Ordinal);
        var given = Given(graph);
        bool IsOfInput(GraphNode node) => node.OpType == "DequantizeLinear" && given.Contains(node.Inputs[0]);
        int codes = 0;
        foreach (var node in graph.Nodes.Where(IsPair))
        {
            string input = node.Inputs[0];
            if (node.OpType == "DequantizeLinear")
            {
                dequantized.Add(node.Output);
            }

            if (IsOfInput(node))
            {
                continue;
            }

            if (graph.Initializers.TryGetValue(input, out var constant))
            {
                codes++;
                constants[node.Output] = TensorData.FromFloats(constant.Shape, new float[constant.Count]);
            }
            else
            {
                source[node.Output] = source.GetValueOrDefault(input, input);
            }
        }

        string Follow(string name) => source.GetValueOrDefault(name, name);
        var nodes = new List<GraphNode>();
        foreach (var node in graph.Nodes.Where(node => !IsPair(node) || IsOfInput(node)))
        {
            if (IsOfInput(node))
            {
                nodes.Add(new GraphNode(
                    node.Name, "Cast", [node.Inputs[0]], [node.Output], ("to", AttributeValue.Of((long)ElementType.Float))));
                continue;
            }

            var layer = FloatForm.Of(node, graph);
            foreach (var (constant, shape) in layer?.Weights ?? [])
            {
                constants[constant] = TensorData.FromFloats(shape, new float[graph.Initializers[constant].Count]);
                codes++;
            }

            nodes.AddRange(layer?.Nodes ?? [PadsCodes(node, graph) ? node with { Inputs = [.. node.Inputs.Take(2)] } : node]);
            string format = layer is null ? FormatOf(node, graph, dequantized) : "int8";
            _formats[node.Name] = format;
            _formats[node.Output] = format;
        }

        int int8 = nodes.Count(node => Format(node) == "int8");
        Summary = new InspectQdq(
            graph.Nodes.Count(node => node.OpType == "QuantizeLinear"),
            graph.Nodes.Count(node => node.OpType == "DequantizeLinear"),
            codes,
            int8,
            nodes.Count - int8);

        // A file may end in a DequantizeLinear; the float network then ends in that node's input.
        Float = graph with
        {
            Nodes = [.. nodes.Select(node => node with { Inputs = [.. node.Inputs.Select(Follow)] })],
            Initializers = constants,
            Outputs = [.. graph.Outputs.Select(output => output with { Name = Follow(output.Name) })],
        };
    }

    /// <summary>The graph without Q/DQ nodes.</summary>
    public ModelGraph Float { get; }

    public InspectQdq Summary { get; }

    public static bool Is(ModelGraph graph) => graph.Nodes.Any(node => IsPair(node) || FloatForm.Of(node, graph) is not null);

    /// <summary>
    /// The type of the node's inputs: "int8", "float32", "mixed"; null for a node that the file does not contain under this name.
    /// </summary>
    public string? Format(GraphNode node) => _formats.GetValueOrDefault(node.Name) ?? _formats.GetValueOrDefault(node.Output);

    // Codes that no QuantizeLinear writes: those of an input, such as pixels, and what is moved of them.
    private static HashSet<string> Given(ModelGraph graph)
    {
        var given = graph.Inputs.Where(input => input.Type is ElementType.UInt8 or ElementType.Int8).Select(input => input.Name)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var node in graph.Nodes.Where(node => !IsPair(node) && node.Inputs.Count > 0 && given.Contains(node.Inputs[0])))
        {
            given.UnionWith(node.Values);
        }

        return given;
    }

    // With the code of zero.
    private static bool PadsCodes(GraphNode node, ModelGraph graph) => node.OpType == "Pad" && node.Inputs.Count == 3
        && graph.Initializers.GetValueOrDefault(node.Inputs[2])?.Type is ElementType.UInt8 or ElementType.Int8;

    private static bool IsPair(GraphNode node) => node.OpType is "QuantizeLinear" or "DequantizeLinear";

    // An integer kernel needs codes for all its factors: a layer with float weights runs in float, for any activations. Contractions and
    // recurrent layers have no integer kernel.
    private static string FormatOf(GraphNode node, ModelGraph graph, HashSet<string> dequantized)
    {
        bool isWeighted = node.OpType is "Conv" or "ConvTranspose" or "Gemm" or "MatMul" && node.HasInput(1);
        if ((isWeighted && !dequantized.Contains(node.Inputs[1])) || node.OpType is "Einsum" or "LSTM" or "GRU")
        {
            return "float32";
        }

        var read = node.Inputs
            .Where(name => name.Length > 0 && (dequantized.Contains(name) || !graph.Initializers.ContainsKey(name)))
            .ToList();
        int quantized = read.Count(dequantized.Contains);
        return quantized == 0 ? "float32" : quantized == read.Count ? "int8" : "mixed";
    }
}
