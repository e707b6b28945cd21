using System.Collections.Concurrent;

namespace Cluster.Networks.Graphs.Inference;

/// <summary>
/// Shapes and types of all values of a graph for one batch size, as ONNX Runtime infers them, and the value of every small tensor that
/// follows from shapes and constants: exporters compute the target of a Reshape or the amounts of a Pad with chains of nodes.
/// </summary>
internal sealed class ShapePropagation
{
    // Chains compute on a handful of integers; weights are not worth evaluating here.
    private const long LargestValue = 4096;

    // Limit for all values together: far above what exporters write, and done in seconds.
    private const long MostElements = 1 << 24;

    // A graph is never changed, and many passes ask for the same sizes.
    private static readonly ConditionalWeakTable<ModelGraph, Runs> Known = [];

    private readonly ModelGraph _graph;
    private readonly Dictionary<string, long[]> _shapes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ElementType> _types;
    private readonly HashSet<string> _unstated = new(StringComparer.Ordinal);
    private readonly Lazy<IReadOnlyDictionary<string, TensorData>> _values;

    private ShapePropagation(ModelGraph graph, ShapePropagation? before)
    {
        _graph = graph;
        _types = ElementTypes.OfEnds(graph);
        foreach (var (name, constant) in graph.Initializers)
        {
            _shapes[name] = constant.Shape;
        }

        foreach (var value in graph.Inputs.Concat((before is null ? null : Differences(graph, before)) ?? Asked(graph)))
        {
            _shapes[value.Name] = [.. value.Shape];
            _types[value.Name] = value.Type;
            if (!value.ShapeKnown)
            {
                _unstated.Add(value.Name);
            }
        }

        foreach (var node in graph.Nodes)
        {
            FittingShapes.Require(node, _shapes, _types);
        }

        _values = new(Computed);
    }

    /// <summary>
    /// By name; -1 is a size that depends on what the inputs hold. Empty for a scalar, and where <see cref="HasRank"/> is false.
    /// </summary>
    public IReadOnlyDictionary<string, long[]> Shapes => _shapes;

    /// <summary>By name; Undefined is no tensor.</summary>
    public IReadOnlyDictionary<string, ElementType> Types => _types;

    /// <summary>Computed values, without the initializers.</summary>
    /// <exception cref="KernelException">ONNX Runtime cannot compute them, or there are too many.</exception>
    public IReadOnlyDictionary<string, TensorData> Values => _values.Value;

    /// <param name="scale">Factor for the sizes of free axes.</param>
    /// <exception cref="KernelException">Shapes do not fit, or a free size is not known.</exception>
    public static ShapePropagation Run(ModelGraph graph, long batch, int scale = 1)
    {
        ValueInfo[] inputs = [.. graph.Inputs.Select(input => input with { Shape = InputShape(input, batch, scale), FreeAxes = [] })];
        var runs = Known.GetOrCreateValue(graph);
        string sizes = string.Concat(inputs.Select(input => ShapeMath.Text(input.Shape)));
        return runs.BySizes.GetOrAdd(sizes, _ => new ShapePropagation(graph with { Inputs = inputs }, runs.Earlier(sizes)));
    }

    /// <summary>Lets a graph of the same nodes use what is known of another.</summary>
    public static void Share(ModelGraph graph, ModelGraph same) => Known.TryAdd(same, Known.GetOrCreateValue(graph));

    /// <summary>Of a graph that was rewritten only what differs is asked for, until <see cref="Settle"/>.</summary>
    public static void Follow(ModelGraph before, ModelGraph graph)
    {
        if (Known.GetOrCreateValue(graph) is var runs && Known.GetOrCreateValue(before) is var earlier && runs != earlier)
        {
            runs.Before = earlier;
        }
    }

    /// <summary>Lets go of what was known of a graph before it was rewritten, and of its weights.</summary>
    public static void Settle(ModelGraph graph) => Known.GetOrCreateValue(graph).Before = null;

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

    /// <summary>Whether the rank of a value is known; not of sequences, nor where no run tells it either.</summary>
    public bool HasRank(string name) => !_unstated.Contains(name);

    /// <summary>The integers at an input; null if it is absent or computed of what the inputs hold.</summary>
    public long[]? Integers(GraphNode node, int input) => node.Input(input) is { } name ? Value(name)?.Integers() : null;

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

    // Inference of opsets before 22 counts a last window that lies in the padding alone, which no runtime computes.
    private static IEnumerable<ValueInfo> Asked(ModelGraph graph)
    {
        var found = UnstatedRanks.Found(graph);
        var rounded = graph.Nodes.Where(node => node.GetInt("ceil_mode", 0) != 0 && node.Domain.Length == 0
            && (found.GetValueOrDefault(node.Inputs[0]) ?? graph.Inputs.FirstOrDefault(input => input.Name == node.Inputs[0])) is { } input
            && WindowGeometry.DropsLast(node, [.. input.Shape], found[node.Output].Shape)).ToHashSet();
        return rounded.Count == 0
            ? found.Values
            : Asked(graph with { Nodes = [.. graph.Nodes.Select(node => rounded.Contains(node) ? node.Without("ceil_mode") : node)] });
    }

    // All values of nodes, with those that read the same as before as they were; null if the others do not have the shapes that they had,
    // or may be sizes: what follows from them must be asked for, too.
    private static IEnumerable<ValueInfo>? Differences(ModelGraph graph, ShapePropagation before)
    {
        var same = before._graph.Nodes.ToHashSet(ReferenceEqualityComparer.Instance);
        GraphNode[] others =
        [
            .. graph.Nodes.Where(node => !same.Contains(node) || node.Inputs.Any(input => !ReferenceEquals(
                graph.Initializers.GetValueOrDefault(input), before._graph.Initializers.GetValueOrDefault(input)))),
        ];
        var made = others.SelectMany(node => node.Values).ToHashSet(StringComparer.Ordinal);
        string[] read =
        [
            .. others.SelectMany(node => node.Inputs).Distinct(StringComparer.Ordinal)
                .Where(name => name.Length > 0 && !made.Contains(name) && !graph.Initializers.ContainsKey(name)),
        ];
        if (graph.Opset != before._graph.Opset
            || !graph.Inputs.Select(input => (input.Name, input.Type)).SequenceEqual(
                before._graph.Inputs.Select(input => (input.Name, input.Type)))
            || read.Any(name => !before._shapes.ContainsKey(name) || before._types[name] == ElementType.Undefined))
        {
            return null;
        }

        var found = others.Length == 0
            ? []
            : RuntimeInference.Of(graph with { Nodes = others, Inputs = [.. read.Select(Earlier)] }).Values;
        return found.All(IsAsBefore)
            ? found.Concat(graph.Nodes.SelectMany(node => node.Values).Where(name => !made.Contains(name)).Select(Earlier))
            : null;

        ValueInfo Earlier(string name) =>
            new(name, before._types[name], before._shapes[name]) { ShapeKnown = before.HasRank(name) };

        bool IsAsBefore(ValueInfo value) => value.Type == ElementType.Float && value.Shape.Count > 0 && !value.Shape.Contains(-1)
            && (!before._shapes.TryGetValue(value.Name, out long[]? was) || was.SequenceEqual(value.Shape));
    }

    private TensorData? Value(string name) => _graph.Initializers.GetValueOrDefault(name) ?? Values.GetValueOrDefault(name);

    private Dictionary<string, TensorData> Computed()
    {
        var values = new Dictionary<string, TensorData>(StringComparer.Ordinal);
        var pending = new List<GraphNode>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        long elements = 0;
        foreach (var node in _graph.Nodes)
        {
            if (node is { OpType: "Shape", Domain: "", Outputs.Count: 1 } && _shapes[node.Inputs[0]] is { Length: > 0 } shape
                && !shape.Contains(-1))
            {
                values[node.Output] = ShapeMath.Part(node, shape);
            }
            else if (node.Inputs.All(IsSmall) && node.Values.All(IsLittle) && ConstantOperators.Has(node, Known))
            {
                pending.Add(node);
                names.UnionWith(node.Values);
                elements += node.Values.Sum(value => ShapeMath.Count(_shapes[value])!.Value);
            }

            if (elements > MostElements)
            {
                throw new KernelException(
                    $"The network computes its shapes in more than {MostElements} elements, which is the most that is done here: simplify "
                    + "it before, or export it with fixed sizes.");
            }
        }

        Compute();
        return values;

        bool IsSmall(string name) => name.Length == 0 || names.Contains(name) || values.ContainsKey(name)
            || (_graph.Initializers.TryGetValue(name, out var constant) && constant.Count <= LargestValue);

        bool IsLittle(string name) => !_shapes[name].Contains(-1) && ShapeMath.Count(_shapes[name]) <= LargestValue;

        TensorData? Known(string name)
        {
            if (names.Contains(name))
            {
                Compute();
            }

            return values.GetValueOrDefault(name) ?? _graph.Initializers.GetValueOrDefault(name);
        }

        void Compute()
        {
            var found = ConstantRun.Of(
                pending, _graph.Opset, name => values.GetValueOrDefault(name) ?? _graph.Initializers.GetValueOrDefault(name), [.. names]);
            foreach (var (name, value) in found)
            {
                values[name] = value;
            }

            pending.Clear();
            names.Clear();
        }
    }

    /// <summary>What is known of a graph, by the sizes of its inputs.</summary>
    private sealed class Runs
    {
        public ConcurrentDictionary<string, ShapePropagation> BySizes { get; } = new(StringComparer.Ordinal);

        /// <summary>Those of the graph that it was made from.</summary>
        public Runs? Before { get; set; }

        public ShapePropagation? Earlier(string sizes)
        {
            var runs = Before;
            while (runs is not null && !runs.BySizes.ContainsKey(sizes))
            {
                runs = runs.Before;
            }

            return runs?.BySizes[sizes];
        }
    }
}
