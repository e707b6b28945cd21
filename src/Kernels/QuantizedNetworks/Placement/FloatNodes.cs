namespace Cluster.Kernels.QuantizedNetworks.Placement;

/// <summary>
/// Nodes that no plan may quantize because of what the calibration saw: they touch a tensor with infinities, as masks have, or they would
/// give one scale to joined parts whose ranges differ more than <see cref="MostTimes"/> times, of which the smaller would be left with
/// less than 4 bits, or they are behind a branch that no sample takes. A function of the network and its statistics alone, so that a plan
/// has one file.
/// </summary>
internal sealed class FloatNodes
{
    /// <summary>By how much the ranges of parts that share a scale may differ.</summary>
    public const float MostTimes = 16;

    // Layers that a sentence names.
    private const int MostNamed = 4;

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<string> _words = [];

    private FloatNodes()
    {
    }

    /// <summary>Every node may be quantized.</summary>
    public static FloatNodes None { get; } = new();

    /// <summary>
    /// A sentence for each join and for the branches that layers are kept in float for: what was found, and which layers.
    /// </summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>That of them about branches; null: none.</summary>
    public string? Unseen { get; private set; }

    public bool Contains(GraphNode node) => _names.Contains(node.Name);

    /// <summary>No node between the layers may be quantized: what stands there in plans that quantize the least.</summary>
    public static FloatNodes AllBut(GroupedGraph graph, NodeRole role)
    {
        var floats = new FloatNodes();
        floats._names.UnionWith(graph.Nodes.Where(node => graph.Roles.Of(node) != role).Select(node => node.Name));
        return floats;
    }

    public static FloatNodes Of(GroupedGraph graph, CalibrationStatistics statistics)
    {
        var floats = new FloatNodes();
        floats.AddInfinite(graph, statistics);
        floats.AddJoins(graph, statistics);
        floats.AddUnseen(graph, statistics);
        return floats;
    }

    /// <summary>The tensor that was observed for this one: as moves leave a range as it is, that at their start.</summary>
    public static string Observed(GroupedGraph graph, CalibrationStatistics statistics, string tensor)
    {
        while (!statistics.TryGet(tensor, out _)
            && graph.ProducingNode(tensor) is { } move
            && graph.Roles.Of(move) == NodeRole.ScalePreserving)
        {
            tensor = graph.Roles.Activations(move).First();
        }

        return tensor;
    }

    // Moves hand infinities on; a Relu or a Clip may end them, and its own output was observed.
    private void AddInfinite(GroupedGraph graph, CalibrationStatistics statistics)
    {
        var infinite = statistics.Infinite.ToHashSet(StringComparer.Ordinal);
        foreach (var node in infinite.Count == 0 ? [] : graph.Nodes)
        {
            bool reads = graph.Roles.Activations(node).Any(infinite.Contains);
            if (reads && graph.Roles.Of(node) == NodeRole.ScalePreserving)
            {
                infinite.Add(node.Output);
            }

            if (reads || infinite.Contains(graph.FusedActivation(node.Output)?.Output ?? node.Output))
            {
                _names.Add(node.Name);
            }
        }
    }

    // Where all samples take one branch, the ranges of what is behind it are that branch's. No sample takes another that sizes decide.
    private void AddUnseen(GroupedGraph graph, CalibrationStatistics statistics)
    {
        var following = graph.Graph.FollowingInputs();
        var behind = new HashSet<string>(StringComparer.Ordinal);
        var unseen = new List<string>();
        var layers = new List<string>();
        foreach (var node in graph.Nodes)
        {
            if (node.Condition() is { } condition && following.Contains(condition)
                && statistics.TryGet(condition, out var seen) && seen.Count > 0 && seen.Min == seen.Max)
            {
                unseen.Add($"the {(seen.Max == 0 ? "then" : "else")} branch of '{node.Name}' (If)");
                behind.UnionWith(node.Values);
            }
            else if (graph.Roles.Activations(node).Any(behind.Contains))
            {
                behind.UnionWith(node.Values);
                _names.Add(node.Name);
                if (graph.Roles.Of(node) is NodeRole.Weighted or NodeRole.Product)
                {
                    layers.Add($"'{node.Name}'");
                }
            }
        }

        if (layers.Count > 0)
        {
            string others = layers.Count > MostNamed ? $" and {layers.Count - MostNamed} more" : string.Empty;
            Unseen = $"no calibration sample takes {string.Join(" or ", unseen)}, so that what is behind it stays in FP32 "
                + $"({string.Join(", ", layers.Take(MostNamed))}{others}): give samples that take it";
            _words.Add(Unseen);
        }
    }

    private void AddJoins(GroupedGraph graph, CalibrationStatistics statistics)
    {
        var joins = new Dictionary<string, Join>(StringComparer.Ordinal);
        foreach (var node in graph.Nodes)
        {
            var inputs = graph.Roles.Activations(node).ToArray();
            var wide = inputs.Select(input => joins.GetValueOrDefault(input)).OfType<Join>().FirstOrDefault(join => join.IsWide);
            var role = graph.Roles.Of(node);
            var handedOn = role == NodeRole.Requantizing && node.OpType == "Concat"
                ? Join.Of(node, inputs.Select(input => joins.GetValueOrDefault(input) ?? Part(graph, statistics, input)))
                : inputs.Length == 1 && role is NodeRole.ScalePreserving or NodeRole.Activation or NodeRole.Requantizing
                ? joins.GetValueOrDefault(inputs[0])
                : null;
            if (handedOn is not null)
            {
                joins[node.Output] = handedOn;
                wide ??= handedOn.IsWide ? handedOn : null;
            }

            if (wide is not null && role is NodeRole.Weighted or NodeRole.Product or NodeRole.Requantizing)
            {
                _names.Add(node.Name);
                if (role == NodeRole.Weighted)
                {
                    _words.Add($"'{node.Name}' stays in FP32, as it would read with one scale what {wide.Words}");
                }
            }
        }
    }

    private static Join? Part(GroupedGraph graph, CalibrationStatistics statistics, string tensor) =>
        statistics.TryGet(Observed(graph, statistics, tensor), out var seen)
            && Math.Max(seen.Max, 0) - Math.Min(seen.Min, 0) is > 0 and var width
            ? new Join(string.Empty, (tensor, width), (tensor, width))
            : null;

    /// <summary>A joined tensor, with its parts of the narrowest and the widest range; or a single part, which joins nothing.</summary>
    private sealed record Join(string Name, (string Tensor, float Width) Least, (string Tensor, float Width) Most)
    {
        public bool IsWide => Most.Width > MostTimes * Least.Width;

        public string Words => $"'{Name}' joins, though the range of '{Most.Tensor}' is {Most.Width / Least.Width:N0} times that of "
            + $"'{Least.Tensor}'";

        /// <summary>Null if no part has a range.</summary>
        public static Join? Of(GraphNode node, IEnumerable<Join?> parts)
        {
            var known = parts.OfType<Join>().ToArray();
            return known.Length == 0
                ? null
                : new Join(
                    node.Name,
                    known.Select(part => part.Least).MinBy(part => part.Width),
                    known.Select(part => part.Most).MaxBy(part => part.Width));
        }
    }
}
