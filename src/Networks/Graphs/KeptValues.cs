namespace Cluster.Networks.Graphs;

/// <summary>
/// What no rewrite may change: shape and element type of every input and result that the graph has before and after it, at one batch.
/// A type may become float32 where it was another float.
/// </summary>
internal sealed class KeptValues
{
    private readonly long _batch;
    private IReadOnlyDictionary<string, long[]>? _shapes;
    private IReadOnlyDictionary<string, ElementType> _types;

    /// <param name="graph">The graph before the first rewrite. While its shapes cannot be inferred none are compared.</param>
    /// <exception cref="KernelException">ONNX Runtime does not open it.</exception>
    public KeptValues(ModelGraph graph)
    {
        _batch = graph.Inputs is [{ Shape: [> 0 and var size, ..] }, ..] ? size : 2;
        try
        {
            Graph = Take(graph, ShapePropagation.Run(graph, _batch));
        }
        catch (KernelException)
        {
            Graph = ElementTypes.Stated(graph);
        }

        _types ??= ElementTypes.Of(Graph);
    }

    /// <summary>The graph, whose nodes state the types of their outputs.</summary>
    public ModelGraph Graph { get; private set; }

    /// <summary>Compares a rewritten graph with the one before, and keeps it.</summary>
    /// <param name="step">What rewrote it, as the subject of a sentence.</param>
    /// <exception cref="InvalidOperationException">A value differs, or shapes fit no more: a defect of the rewrite.</exception>
    public void Require(ModelGraph graph, string step)
    {
        // Most rewrites find nothing to do, and shapes are not free.
        if (IsTheSame(graph))
        {
            ShapePropagation.Share(Graph, graph);
            Graph = graph;
            return;
        }

        ShapePropagation.Follow(Graph, graph);
        var (types, shapes) = (_types, _shapes);
        try
        {
            Graph = Take(graph, ShapePropagation.Run(graph, _batch));
        }
        catch (KernelException refused) when (shapes?.Values.All(shape => !shape.Contains(-1)) == true)
        {
            throw Violation($"its shapes or types do not fit any more ({refused.Message})");
        }
        catch (KernelException) when (shapes is null)
        {
            Graph = ElementTypes.Stated(graph);
            _types = ElementTypes.Of(Graph);
        }

        foreach (string name in graph.Inputs.Select(input => input.Name).Concat(graph.Nodes.SelectMany(node => node.Outputs)))
        {
            if (shapes?.GetValueOrDefault(name) is { } was && _shapes!.GetValueOrDefault(name) is { } now
                && IsKnown(was) && IsKnown(now) && !was.SequenceEqual(now))
            {
                throw Violation($"'{name}' has the shape {ShapeMath.Text(now)} where it had {ShapeMath.Text(was)}");
            }

            if (types.GetValueOrDefault(name) is not (ElementType.Undefined or ElementType.Float16 or ElementType.BFloat16
                    or ElementType.Double) and var before
                && _types.GetValueOrDefault(name) is not ElementType.Undefined and var after
                && before != after)
            {
                throw Violation($"'{name}' is {after} where it was {before}");
            }
        }

        InvalidOperationException Violation(string what) => new($"After {step} the graph is not the same: {what}.");
    }

    // ONNX Runtime states an unknown rank as none.
    private static bool IsKnown(long[] shape) => shape.Length > 0 && !shape.Contains(-1);

    private bool IsTheSame(ModelGraph graph) =>
        graph.Nodes.Count == Graph.Nodes.Count
        && graph.Nodes.Zip(Graph.Nodes).All(pair => ReferenceEquals(pair.First, pair.Second))
        && graph.Opset == Graph.Opset
        && graph.Initializers.All(pair => ReferenceEquals(Graph.Initializers.GetValueOrDefault(pair.Key), pair.Value))
        && graph.Inputs.SequenceEqual(Graph.Inputs);

    private ModelGraph Take(ModelGraph graph, ShapePropagation found)
    {
        (_shapes, _types) = (found.Shapes, found.Types);
        var stated = ElementTypes.Stated(graph, found.Types);
        ShapePropagation.Share(graph, stated);
        return stated;
    }
}
