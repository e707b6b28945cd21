namespace Cluster.Kernels.Graphs.Inference;

/// <summary>
/// Walks a graph once for one batch size and finds every shape, and the value of every small tensor that follows from
/// shapes and constants: exporters compute the target of a Reshape or the amounts of a Pad with chains of nodes.
/// </summary>
internal sealed class ShapePropagation
{
    // Chains compute on a handful of integers; weights are not worth evaluating here.
    private const long LargestValue = 4096;

    private readonly Dictionary<string, long[]> _shapes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorData> _values = new(StringComparer.Ordinal);
    private readonly ModelGraph _graph;

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

        return propagation;
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
                + "free: export the network with fixed image sizes.");
    }

    private void Visit(GraphNode node)
    {
        if (TryValue(node) is { } value)
        {
            _values[node.Output] = value;
            _shapes[node.Output] = value.Shape;
            return;
        }

        foreach (var (output, shape) in node.Outputs.Zip(OperatorShapes.Outputs(new ShapeContext(node, _shapes, Value))))
        {
            if (ShapeMath.Count(shape) is not > 0)
            {
                throw node.Error($"has an output of shape {ShapeMath.Text(shape)}; expected positive sizes and fewer than 2^31 elements.");
            }

            if (output.Length > 0)
            {
                _shapes[output] = shape;
            }
        }
    }

    private TensorData? TryValue(GraphNode node)
    {
        if (node.Outputs.Count != 1)
        {
            return null;
        }

        if (node.OpType == "Shape")
        {
            return ConstantEvaluator.Shape(node, new ShapeContext(node, _shapes, Value).Shape(0));
        }

        var inputs = new TensorData?[node.Inputs.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (node.HasInput(i))
            {
                inputs[i] = Value(node.Inputs[i]);
                if (inputs[i] is null || inputs[i]!.Count > LargestValue)
                {
                    return null;
                }
            }
        }

        return ConstantEvaluator.TryEvaluate(node, inputs, LargestValue);
    }

    private TensorData? Value(string name) => _values.GetValueOrDefault(name) ?? _graph.Initializers.GetValueOrDefault(name);
}
