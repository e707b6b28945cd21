namespace Cluster.Networks.Graphs.Passes.Forms;

/// <summary>
/// Puts into its place the branch that an If takes where its condition follows from constants and sizes, so that the layers in it are
/// groups. Where a condition follows from a size that is free beside the batch, the network is rewritten for the size of the data alone;
/// where it follows from the batch, or from what the inputs hold, the If stays.
/// </summary>
internal static class KnownBranches
{
    // Each round decides at least one If, all of them that wait for no other one; exporters nest a few.
    private const int MostRounds = 64;

    // What they give is a part of what they read: it differs only if that part does.
    private static readonly HashSet<string> Selects = new(StringComparer.Ordinal)
    {
        "Concat", "Gather", "Identity", "Reshape", "Shape", "Size", "Slice", "Squeeze", "Unsqueeze",
    };

    public static ModelGraph Apply(ModelGraph original)
    {
        var (graph, result) = (original, original);
        var kept = new HashSet<string>(StringComparer.Ordinal);
        for (int round = 0; round < MostRounds && graph.Nodes.Any(IsOpen); round++)
        {
            var waiting = new HashSet<string>(StringComparer.Ordinal);
            var ready = FreeSizes.Apply(graph with { Nodes = [.. graph.Nodes.Where(node => !Waits(node, waiting))] });
            if (Sizes(ready) is not { } pair)
            {
                break;
            }

            var following = Following(ready, pair);
            graph = graph with { Inputs = ready.Inputs };
            GraphNode[] decided = [.. graph.Nodes.Where(node => IsOpen(node) && !waiting.Contains(node.Inputs[0]))];
            if (decided.Any(node => following.Contains(node.Inputs[0])) && graph.Inputs.Any(input => input.FreeAxes.Count > 0))
            {
                graph = graph with { Inputs = [.. graph.Inputs.Select(input => input with { FreeAxes = [] })] };
                continue;
            }

            var bodies = new Dictionary<string, ModelGraph>(StringComparer.Ordinal);
            foreach (var node in decided)
            {
                string condition = node.Inputs[0];
                var value = following.Contains(condition) ? null
                    : graph.Initializers.GetValueOrDefault(condition) ?? pair.First.Values.GetValueOrDefault(condition);
                if (value is { Type: ElementType.Bool, Count: 1 }
                    && node.Attributes.GetValueOrDefault(value.Bytes.Span[0] != 0 ? "then_branch" : "else_branch")?.Body is { } body)
                {
                    bodies.Add(node.Name, BodyDecoder.Open(body, graph.Opset, $"{node.Name} (If)"));
                }
                else
                {
                    kept.Add(node.Name);
                }
            }

            if (bodies.Count > 0)
            {
                result = graph = ElementTypes.Stated(DeadCodeElimination.Apply(Inlined(graph, bodies)));
                GraphProblems.VerifyNodes(graph);
            }
        }

        // Shapes within a branch may fit fewer batches than those around it.
        return ReferenceEquals(result, original) || Sizes(FreeSizes.Apply(result)) is not null ? result : original;

        bool IsOpen(GraphNode node) => node is { OpType: "If", Domain: "" } && node.HasInput(0) && !kept.Contains(node.Name);

        bool Waits(GraphNode node, HashSet<string> waiting)
        {
            bool waits = IsOpen(node) || node.Inputs.Any(waiting.Contains);
            waiting.UnionWith(waits ? node.Values : []);
            return waits;
        }
    }

    private static (ShapePropagation First, ShapePropagation Second)? Sizes(ModelGraph graph)
    {
        try
        {
            return ShapePropagation.Pair(graph);
        }
        catch (KernelException)
        {
            // Shapes that fit no other batch: what follows from them is not known.
            return null;
        }
    }

    // Values that follow from the batch or from free sizes; others of the pair are the same for all.
    private static HashSet<string> Following(ModelGraph graph, (ShapePropagation First, ShapePropagation Second) pair)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in graph.Nodes.Where(node => pair.First.Values.ContainsKey(node.Output)))
        {
            var value = pair.First.Values[node.Output];
            bool differs = pair.Second.Values.GetValueOrDefault(node.Output) is not { } other
                || !value.Shape.AsSpan().SequenceEqual(other.Shape)
                || !value.Bytes.Span.SequenceEqual(other.Bytes.Span);
            found.UnionWith(differs || (!Selects.Contains(node.OpType) && node.Inputs.Any(found.Contains)) ? node.Values : []);
        }

        return found;
    }

    private static ModelGraph Inlined(ModelGraph graph, Dictionary<string, ModelGraph> bodies)
    {
        // Names of the branches that are not taken are free; those of bodies within them are not.
        var names = new NameSource(graph with
        {
            Nodes =
            [
                .. graph.Nodes.Select(node => bodies.ContainsKey(node.Name) ? new GraphNode(node.Name, "If", [], node.Outputs) : node),
                .. bodies.Values.SelectMany(body => body.Nodes).Where(node => node.HasBody).Select(node => node with { Outputs = [] }),
            ],
        });
        var initializers = graph.Initializers.ToDictionary(StringComparer.Ordinal);
        return graph with
        {
            Nodes = [.. graph.Nodes.SelectMany(node =>
                bodies.TryGetValue(node.Name, out var body) ? Inlined(node, body, names, initializers) : [node])],
            Initializers = initializers,
        };
    }

    private static IEnumerable<GraphNode> Inlined(
        GraphNode node, ModelGraph body, NameSource names, Dictionary<string, TensorData> initializers)
    {
        var renamed = node.Captured.Zip(node.Inputs.Skip(node.Inputs.Count - node.Captured.Count))
            .ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        var defined = body.Nodes.SelectMany(inner => inner.Values).ToHashSet(StringComparer.Ordinal);
        var copies = new List<(string From, string To)>();
        foreach (var (inner, outer) in body.Outputs.Zip(node.Outputs).Where(pair => pair.Second.Length > 0))
        {
            if (!defined.Contains(inner.Name) || !renamed.TryAdd(inner.Name, outer))
            {
                copies.Add((inner.Name, outer));
            }
        }

        foreach (string name in body.Initializers.Keys.Concat(defined).Where(name => !renamed.ContainsKey(name)))
        {
            renamed.Add(name, names.Value(name));
        }

        foreach (var (name, value) in body.Initializers)
        {
            initializers.Add(renamed[name], value);
        }

        string Name(string name) => renamed.GetValueOrDefault(name, name);
        return
        [
            .. body.Nodes.Select(inner => inner with
            {
                Name = names.Node($"{node.Name}/{inner.Name}"),
                Inputs = [.. inner.Inputs.Select(Name)],
                Outputs = [.. inner.Outputs.Select(Name)],
            }),
            .. copies.Select(copy => new GraphNode(names.Node($"{node.Name}/{copy.To}"), "Identity", [Name(copy.From)], [copy.To])),
        ];
    }
}
