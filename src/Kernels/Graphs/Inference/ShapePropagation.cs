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
    private long _elements;
    private int _runs;

    private ShapePropagation(ModelGraph graph) => _graph = graph;

    public IReadOnlyDictionary<string, long[]> Shapes => _shapes;

    /// <summary>Computed values, without the initializers.</summary>
    public IReadOnlyDictionary<string, TensorData> Values => _values;

    public static ShapePropagation Run(ModelGraph graph, long batch)
    {
        var propagation = new ShapePropagation(graph);
        foreach ((string name, TensorData constant) in graph.Initializers)
        {
            propagation._shapes[name] = constant.Shape;
        }

        foreach (ValueInfo input in graph.Inputs)
        {
            propagation._shapes[input.Name] = InputShape(input, batch);
        }

        foreach (GraphNode node in graph.Nodes)
        {
            propagation.Visit(node);
        }

        propagation.Compute();
        return propagation;
    }

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

    private static long[] InputShape(ValueInfo input, long batch)
    {
        long[] shape = [.. input.Shape];
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

        return Array.TrueForAll(shape, size => size > 0)
            ? shape
            : throw new KernelException(
                $"The input '{input.Name}' has the shape "
                + $"[{string.Join(',', input.Shape.Select(size => size < 0 ? "?" : $"{size}"))}]; only its first dimension may be "
                + "free: export the network for one size of image, sequence or sound.");
    }

    private void Visit(GraphNode node)
    {
        var context = new ShapeContext(node, _shapes, Value);
        if (node is { OpType: "Shape", Outputs.Count: 1 })
        {
            _values[node.Output] = OperatorShapes.Value(node, context.Shape(0));
            _shapes[node.Output] = _values[node.Output].Shape;
            return;
        }

        bool isValue = node.Inputs.All(IsSmall) && ConstantOperators.Has(node, Value);
        foreach (var (output, shape) in node.Outputs.Zip(OperatorShapes.Outputs(context)))
        {
            long? count = ShapeMath.Count(shape);
            isValue &= count <= LargestValue;
            if (count is not > 0 && !isValue)
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
            _pendingNames.UnionWith(node.Outputs.Where(output => output.Length > 0));
        }

        if (_elements > MostElements)
        {
            throw Excess($"{MostElements} elements");
        }
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
