using System.Text.RegularExpressions;

namespace Cluster.Networks.Graphs.Inference;

/// <summary>
/// Types and shapes of a graph's values as ONNX Runtime infers them when it opens it: it computes the sizes that follow from constants and
/// from the shapes of the inputs, and runs nothing else.
/// </summary>
internal static partial class RuntimeInference
{
    // Constants up to this size may be sizes or axes; larger ones are stated by type and shape only, which copies no weights.
    private const long LargestValue = 4096;

    private const string Wide = "/wide";

    private static readonly HashSet<string> Moving =
    [
        "Identity", "Reshape", "Transpose", "Squeeze", "Unsqueeze", "Flatten", "Slice", "Gather", "Concat", "Pad", "Tile", "Expand",
        "Split",
    ];

    // All that ORT_ENABLE_BASIC does beside folding constants, which is not needed here; ONNX Runtime overlooks names it does not have.
    private const string Rewrites = "Level1_RuleBasedTransformer;ConstantSharing;CommonSubexpressionElimination;PropagateCastOps;"
        + "ReshapeFusion;QDQPropagationTransformer;EnsureUniqueDQForNodeUnit;WeightBiasQuantization;DoubleQDQPairsRemover;"
        + "TransposeOptimizer;GatherSliceToSplitFusion;GatherToSliceFusion;MatMulAddFusion;WhereDummyDq";

    /// <summary>Type and shape of each value of a node; -1 is an unknown size, a type that is no tensor's is Undefined.</summary>
    /// <exception cref="KernelException">ONNX Runtime refuses the graph; with its text, which names the node.</exception>
    public static IReadOnlyDictionary<string, ValueInfo> Of(ModelGraph graph)
    {
        try
        {
            return Ask(graph, GraphOptimizationLevel.ORT_ENABLE_BASIC);
        }
        catch (OnnxRuntimeException) when (graph.Nodes.Any(node => node.HasBody))
        {
            // A branch that is not taken may fit other shapes only: nothing is known of its sizes then.
        }
        catch (OnnxRuntimeException refused)
        {
            throw Refusal(graph, refused);
        }

        try
        {
            return Ask(graph, GraphOptimizationLevel.ORT_DISABLE_ALL);
        }
        catch (OnnxRuntimeException refused)
        {
            throw Refusal(graph, refused);
        }
    }

    private static Dictionary<string, ValueInfo> Ask(ModelGraph graph, GraphOptimizationLevel level)
    {
        var narrow = Narrow(graph);
        var read = graph.Nodes.SelectMany(node => node.Inputs).ToHashSet(StringComparer.Ordinal);
        var constants = graph.Initializers.Where(constant => read.Contains(constant.Key)).ToLookup(
            constant => constant.Value.Count <= LargestValue && !IsBarred(constant.Key));
        var asked = graph with
        {
            Inputs = [.. graph.Inputs, .. constants[false].Select(pair => new ValueInfo(pair.Key, pair.Value.Type, pair.Value.Shape))],
            Initializers = constants[true].ToDictionary(StringComparer.Ordinal),
            Nodes = [.. graph.Nodes, .. narrow.Keys.Select(name => new GraphNode(
                $"{name}{Wide}", "Cast", [name], [$"{name}{Wide}"], ("to", AttributeValue.Of((long)ElementType.Float))))],
            Outputs =
            [
                .. graph.Nodes.SelectMany(node => node.Values)
                    .Select(name => new ValueInfo(narrow.ContainsKey(name) ? $"{name}{Wide}" : name, ElementType.Undefined, [])),
            ],
        };
        _ = OrtRuntime.Instance;
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            GraphOptimizationLevel = level,
            EnableCpuMemArena = false,
        };
        options.AddSessionConfigEntry("optimization.disable_specified_optimizers", Rewrites);
        options.AddSessionConfigEntry("optimization.constant_folding_max_output_size_in_bytes", $"{LargestValue * sizeof(long)}");
        using var session = OrtRuntime.Open(OnnxWriter.Write(FileEnds.Plain(asked)), options);
        var found = session.OutputMetadata.ToDictionary(pair => pair.Key, pair => Info(pair.Key, pair.Value), StringComparer.Ordinal);
        foreach (var (name, type) in narrow)
        {
            found.Remove($"{name}{Wide}", out var wide);
            found.Add(name, wide! with { Name = name, Type = type });
        }

        return found;

        // The smallest integer divided by -1 would end the process.
        bool IsBarred(string constant) => graph.Initializers[constant].Integers()?.Contains(-1) == true
            && graph.Nodes.Any(node => node.OpType is "Div" or "Mod" && node.Inputs[^1] == constant);
    }

    // Values of types that ONNX Runtime's interface for .NET does not name, so that they are no outputs: 8-bit floats, less than a byte.
    private static Dictionary<string, ElementType> Narrow(ModelGraph graph)
    {
        var types = graph.Initializers.Where(constant => constant.Value.Type > ElementType.BFloat16)
            .Select(constant => KeyValuePair.Create(constant.Key, constant.Value.Type)).ToDictionary(StringComparer.Ordinal);
        var narrow = new Dictionary<string, ElementType>(StringComparer.Ordinal);
        foreach (var node in graph.Nodes.Where(node => node.Outputs.Count > 0 && node.Domain.Length == 0))
        {
            var type = node.OpType switch
            {
                "Cast" => (ElementType)node.GetInt("to", 0),
                "QuantizeLinear" when node.GetInt("output_dtype", 0) is not 0 and var stated => (ElementType)stated,
                "QuantizeLinear" => types.GetValueOrDefault(node.Input(2) ?? string.Empty),
                "CastLike" => types.GetValueOrDefault(node.Input(1) ?? string.Empty),
                _ when Moving.Contains(node.OpType) => types.GetValueOrDefault(node.Inputs[0]),
                _ => ElementType.Undefined,
            };
            foreach (string output in type > ElementType.BFloat16 ? node.Values : [])
            {
                types[output] = narrow[output] = type;
            }
        }

        return narrow;
    }

    private static ValueInfo Info(string name, NodeMetadata found) => found.IsTensor
        ? new ValueInfo(name, (ElementType)found.ElementDataType, [.. found.Dimensions.Select(size => size >= 0 ? size : -1L)])
        : new ValueInfo(name, ElementType.Undefined, []) { ShapeKnown = false };

    // What comes before the node is asked for once more, to say what it reads.
    private static KernelException Refusal(ModelGraph graph, OnnxRuntimeException refused)
    {
        string name = NodeName().Match(refused.Message).Groups["name"].Value;
        var (at, node) = graph.Nodes.Index().FirstOrDefault(node => node.Item.Name == name);
        if (node is null)
        {
            return OrtRuntime.Error("ONNX Runtime cannot open the network", refused);
        }

        var shapes = at == 0 ? new Dictionary<string, ValueInfo>() : Of(graph with { Nodes = [.. graph.Nodes.Take(at)] });
        string read = string.Join(" and ", node.Inputs.Where(input => input.Length > 0).Select(input => ShapeMath.Text(
            graph.Initializers.GetValueOrDefault(input)?.Shape ?? (graph.Inputs.FirstOrDefault(given => given.Name == input)
                ?? shapes[input]).Shape)));
        return OrtRuntime.Error($"Node '{node.Name}' ({node.OpType}) reads {read}, which ONNX Runtime refuses", refused);
    }

    [GeneratedRegex(@"[Nn]ode \((?<name>[^)]*)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NodeName();
}
