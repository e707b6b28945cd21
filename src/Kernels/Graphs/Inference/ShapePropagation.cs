using Cluster.Kernels.Graphs.Passes;

namespace Cluster.Kernels.Graphs.Inference;

/// <summary>
/// Walks a graph once for one batch size and finds every shape, and the value of every small tensor that follows from shapes and constants:
/// exporters compute the target of a Reshape or the amounts of a Pad with chains of nodes.
/// </summary>
internal sealed class ShapePropagation
{
    // Chains compute on a handful of integers; weights are not worth evaluating here.
    private const long LargestValue = 4096;

    // Limit for all values together and for the runs that compute them: far above what exporters write, and done in seconds.
    private const long MostElements = 1 << 24;
    private const int MostRuns = 10_000;

    private readonly Dictionary<string, long[]> _shapes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorData> _values = new(StringComparer.Ordinal);
    private readonly ModelGraph _graph;

    // Computed together on the first request for any of them.
    private readonly List<GraphNode> _pending = [];
    private readonly HashSet<string> _pendingNames = new(StringComparer.Ordinal);
    private Dictionary<string, ElementType>? _types; // when first asked for
    private long _elements;
    private int _runs;

    private ShapePropagation(ModelGraph graph) => _graph = graph;

    public IReadOnlyDictionary<string, long[]> Shapes => _shapes;

    /// <summary>Computed values, without the initializers.</summary>
    public IReadOnlyDictionary<string, TensorData> Values => _values;

    /// <param name="scale">Factor for the sizes of free axes.</param>
    public static ShapePropagation Run(ModelGraph graph, long batch, int scale = 1)
    {
        var propagation = new ShapePropagation(graph);
        foreach ((string name, TensorData constant) in graph.Initializers)
        {
            propagation._shapes[name] = constant.Shape;
        }

        foreach (ValueInfo input in graph.Inputs)
        {
            propagation._shapes[input.Name] = InputShape(input, batch, scale);
        }

        foreach (GraphNode node in graph.Nodes)
        {
            propagation.Visit(node);
        }

        propagation.Compute();
        return propagation;
    }

    /// <summary>Two runs between which all that is free differs: the batch, and every free axis.</summary>
    public static (ShapePropagation First, ShapePropagation Second) Pair(ModelGraph graph) =>
        (Run(graph, 2), Run(graph, 3, FreeSizes.Scale));

    /// <summary>
    /// At two samples, since an axis of one sample would pass for one of size 1; at one where the shapes fit no other number, as in
    /// files that name a free batch and then reshape to 1.
    /// </summary>
    public static ShapePropagation Probe(ModelGraph graph)
    {
        try
        {
            return Run(graph, 2);
        }
        catch (KernelException)
        {
            return Run(graph, 1);
        }
    }

    private static long[] InputShape(ValueInfo input, long batch, int scale)
    {
        long[] shape = [.. input.Shape.Select((size, axis) => input.FreeAxes.Contains(axis) ? size * scale : size)];
        if (shape.Length > 0 && shape[0] < 0)
        {
            shape[0] = batch;
        }

        if (Array.TrueForAll(shape, size => size > 0) && ShapeMath.Count(shape) is null)
        {
            throw new KernelException(
                $"The input '{input.Name}' has the shape {ShapeMath.Text(shape)} for {batch} samples; expected fewer than 2^31 elements: "
                + "choose a smaller batch or smaller samples.");
        }

        return Array.TrueForAll(shape, size => size >= 0)
            ? shape
            : throw new KernelException(
                $"The input '{input.Name}' has the shape "
                + $"[{string.Join(',', input.Shape.Select(size => size < 0 ? "?" : $"{size}"))}], whose free sizes are not known: "
                + "give data, whose shape they are, or their shape.");
    }

    private void Visit(GraphNode node)
    {
        var context = new ShapeContext(node, _shapes, Value);
        if (node is { OpType: "Shape", Outputs.Count: 1 } && !context.Shape(0).Contains(-1))
        {
            _values[node.Output] = OperatorShapes.Value(node, context.Shape(0));
            _shapes[node.Output] = _values[node.Output].Shape;
            return;
        }

        bool isValue = node.Inputs.All(IsSmall) && ConstantOperators.Has(node, Value);
        foreach (var (output, shape) in node.Outputs.Zip(Outputs(node, context)))
        {
            long? count = ShapeMath.Count(shape);
            bool isKnown = !shape.Contains(-1);
            isValue &= isKnown && count <= LargestValue;
            if (isKnown && count is not > 0 && !isValue)
            {
                throw node.Error($"has an output of shape {ShapeMath.Text(shape)}; expected positive sizes and fewer than 2^31 elements.");
            }

            if (output.Length > 0)
            {
                _shapes[output] = shape;
            }

            _elements += isValue ? count!.Value : 0;
        }

        if (isValue)
        {
            _pending.Add(node);
            _pendingNames.UnionWith(node.Values);
        }

        if (_elements > MostElements)
        {
            throw Excess($"{MostElements} elements");
        }
    }

    // By our rules, which executors share; else, and where sizes depend on what the inputs hold, as ONNX Runtime infers them: -1 is
    // unknown.
    private IReadOnlyList<long[]> Outputs(GraphNode node, ShapeContext context)
    {
        if ((NativeOperators.HasForm(node) || node is { Domain: "", OpType: "Split" or "Dropout" })
            && !node.Inputs.Any(input => _shapes.TryGetValue(input, out long[]? shape) && shape.Contains(-1)))
        {
            try
            {
                return OperatorShapes.Outputs(context);
            }
            catch (UnknownSizeException)
            {
                // ONNX Runtime may know the rest of the shape.
            }
        }

        return Asked(node);
    }

    private IReadOnlyList<long[]> Asked(GraphNode node)
    {
        _types ??= ElementTypes.Of(_graph);
        string[] read = [.. node.Inputs.Where(input => input.Length > 0).Distinct(StringComparer.Ordinal)];
        var constants = read.Where(IsSmall).Concat(read.Where(_graph.Initializers.ContainsKey)).Distinct(StringComparer.Ordinal)
            .ToDictionary(name => name, name => Value(name)!, StringComparer.Ordinal);

        // What is no tensor, as a sequence, has no type outside of its graph.
        bool isApart = read.All(name => _types.GetValueOrDefault(name) != ElementType.Undefined);
        var asked = isApart
            ? _graph with
            {
                Nodes = [node],
                Initializers = constants,
                Inputs = [.. read.Where(name => !constants.ContainsKey(name))
                    .Select(name => new ValueInfo(name, _types[name], _shapes[name]))],
            }
            : _graph with { Inputs = [.. _graph.Inputs.Select(input => input with { Shape = _shapes[input.Name] })] };
        var found = RuntimeInference.Of(asked, [.. node.Values]);
        return [.. node.Outputs.Select(output => found.TryGetValue(output, out var value) ? value.Shape.ToArray() : [])];
    }

    private bool IsSmall(string name) => name.Length == 0 || _pendingNames.Contains(name) || _values.ContainsKey(name)
        || (_graph.Initializers.TryGetValue(name, out var constant) && constant.Count <= LargestValue);

    private TensorData? Value(string name)
    {
        if (_pendingNames.Contains(name))
        {
            Compute();
        }

        return Known(name);
    }

    private TensorData? Known(string name) => _values.GetValueOrDefault(name) ?? _graph.Initializers.GetValueOrDefault(name);

    private void Compute()
    {
        if (_pending.Count > 0 && ++_runs > MostRuns)
        {
            throw Excess($"{MostRuns} steps");
        }

        foreach (var (name, value) in ConstantRun.Of(_pending, _graph.Opset, Known, [.. _pendingNames]))
        {
            _values[name] = value;
            _shapes[name] = value.Shape;
        }

        _pending.Clear();
        _pendingNames.Clear();
    }

    private static KernelException Excess(string limit) => new(
        $"The network computes its shapes in more than {limit}, which is the most that is done here: simplify it before, or export it with "
        + "fixed sizes.");
}
