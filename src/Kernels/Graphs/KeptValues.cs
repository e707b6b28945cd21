using Cluster.Kernels.Graphs.Inference;

namespace Cluster.Kernels.Graphs;

/// <summary>
/// What no rewrite may change: shape and element type of every input and result that the graph has before and after it, at one batch.
/// A type may become float32 where it was another float.
/// </summary>
internal sealed class KeptValues
{
    private readonly long _batch;
    private ModelGraph _graph;
    private IReadOnlyDictionary<string, long[]>? _shapes;
    private Dictionary<string, ElementType> _types;

    /// <param name="graph">The graph before the first rewrite. While its shapes cannot be inferred none are compared.</param>
    public KeptValues(ModelGraph graph)
    {
        _graph = graph;
        _batch = graph.Inputs is [{ Shape: [> 0 and var size, ..] }, ..] ? size : 2;
        _shapes = Shapes(graph, _batch);
        _types = ElementTypes.Of(graph);
    }

    /// <summary>Compares a rewritten graph with the one before.</summary>
    /// <param name="step">What rewrote it, as the subject of a sentence.</param>
    /// <exception cref="InvalidOperationException">A value differs, or shapes fit no more: a defect of the rewrite.</exception>
    public void Require(ModelGraph graph, string step)
    {
        if (IsTheSame(graph))
        {
            return;
        }

        var (shapes, types) = (Shapes(graph, _batch), ElementTypes.Of(graph));
        if (_shapes is not null && shapes is null)
        {
            throw Violation("its shapes do not fit any more");
        }

        foreach (string name in graph.Inputs.Select(input => input.Name).Concat(graph.Nodes.SelectMany(node => node.Outputs)))
        {
            if (_shapes?.GetValueOrDefault(name) is { } was && shapes!.GetValueOrDefault(name) is { } now
                && IsKnown(was) && IsKnown(now) && !was.SequenceEqual(now))
            {
                throw Violation($"'{name}' has the shape {ShapeMath.Text(now)} where it had {ShapeMath.Text(was)}");
            }

            if (_types.GetValueOrDefault(name) is not (ElementType.Undefined or ElementType.Float16 or ElementType.BFloat16
                    or ElementType.Double) and var before
                && types.GetValueOrDefault(name) is not ElementType.Undefined and var after
                && before != after)
            {
                throw Violation($"'{name}' is {after} where it was {before}");
            }
        }

        (_graph, _shapes, _types) = (graph, shapes, types);

        InvalidOperationException Violation(string what) => new($"After {step} the graph is not the same: {what}.");
    }

    // ONNX Runtime states an unknown rank as none.
    private static bool IsKnown(long[] shape) => shape.Length > 0 && !shape.Contains(-1);

    // Most rewrites find nothing to do, and shapes are not free.
    private bool IsTheSame(ModelGraph graph) =>
        graph.Nodes.Count == _graph.Nodes.Count
        && graph.Nodes.Zip(_graph.Nodes).All(pair => ReferenceEquals(pair.First, pair.Second))
        && graph.Initializers.All(pair => ReferenceEquals(_graph.Initializers.GetValueOrDefault(pair.Key), pair.Value))
        && graph.Inputs.SequenceEqual(_graph.Inputs);

    private static IReadOnlyDictionary<string, long[]>? Shapes(ModelGraph graph, long batch)
    {
        try
        {
            return ShapePropagation.Run(graph, batch).Shapes;
        }
        catch (KernelException)
        {
            return null;
        }
    }
}
