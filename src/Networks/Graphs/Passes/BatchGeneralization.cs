namespace Cluster.Networks.Graphs.Passes;

/// <summary>
/// Frees the batch of a network that was exported for a fixed one: input and output get a free first dimension, and a Reshape of
/// activations whose target starts with that batch copies the first dimension instead. Only if every activation keeps the batch as its
/// first axis and no operator works along it; otherwise the graph is unchanged.
/// </summary>
internal static class BatchGeneralization
{
    // What a batch is called that the file has fixed: as exporters and ONNX's documents do.
    private const string BatchName = "N";

    // Of the operators that ONNX Runtime executes, those that work along one axis only.
    private static readonly HashSet<string> AlongAnAxis = new(StringComparer.Ordinal)
    {
        "ArgMax", "ArgMin", "Hardmax", "LpNormalization", "RMSNormalization", "TopK",
    };

    public static ModelGraph Apply(ModelGraph graph)
    {
        if (graph.Inputs.Count == 0 || graph.Inputs.Any(input => input.Shape is not [not 0, ..]))
        {
            return graph;
        }

        long batch = Math.Abs(graph.Inputs[0].Shape[0]);
        var activations = graph.FollowingInputs();

        // Some exports name a free batch and still reshape to 1: free in name only.
        bool isFixed = graph.Inputs.All(input => input.Shape[0] == batch);
        bool isFree = graph.Inputs.All(input => input.Shape[0] < 0);
        bool isFreeInNameOnly =
            isFree && graph.Nodes.Any(node => StartsWith(node, graph, 1, activations)) && !IsBatchFirst(graph, activations);
        if (!isFixed && !isFreeInNameOnly)
        {
            return graph;
        }

        ModelGraph candidate = Free(graph, batch, activations);
        return IsBatchFirst(candidate, activations) ? candidate with { FixedBatch = batch } : graph;
    }

    /// <summary>
    /// Whether samples of a free batch depend on each other: what is computed of them has one size whatever their number, as a sum over
    /// all, or grows along several axes, as the scores of each sample for each.
    /// </summary>
    public static bool MixesSamples(ModelGraph graph)
    {
        if (graph.TakesOneSample)
        {
            return false;
        }

        var activations = graph.FollowingInputs();
        var (two, three) = (ShapePropagation.Run(graph, 2).Shapes, ShapePropagation.Run(graph, 3).Shapes);
        return graph.Nodes.SelectMany(node => node.Values)
            .Any(value => activations.Contains(value) && !two[value].Contains(-1) && Growing(value) != 1);

        int Growing(string value) => two[value].Zip(three[value]).Count(sizes => sizes.First != sizes.Second);
    }

    private static bool StartsWith(GraphNode node, ModelGraph graph, long batch, HashSet<string> activations) =>
        node.OpType == "Reshape" && node.Input(1) is { } target && activations.Contains(node.Inputs[0])
        && graph.Initializers.GetValueOrDefault(target)?.Integers() is { } sizes && sizes.FirstOrDefault() == batch;

    private static ModelGraph Free(ModelGraph graph, long batch, HashSet<string> activations)
    {
        var editor = new GraphEditor(graph);
        GraphNode FreeTarget(GraphNode node)
        {
            long[] target = graph.Initializers[node.Inputs[1]].Integers()!;
            target[0] = 0;
            return node.Without("allowzero").WithInput(1, editor.Add($"{node.Name}.target", TensorData.FromInt64([target.Length], target)));
        }

        return editor.Build(graph.Nodes.Select(node => StartsWith(node, graph, batch, activations) ? FreeTarget(node) : node)) with
        {
            Inputs = [.. graph.Inputs.Select(Freed)],
            Outputs = [.. graph.Outputs.Select(output => output.Shape.Count > 0 && output.Shape[0] == batch ? Freed(output) : output)],
        };

        // A batch that the file calls by a name keeps it.
        static ValueInfo Freed(ValueInfo value) => value with
        {
            Shape = [-1, .. value.Shape.Skip(1)],
            AxisNames = value.Shape[0] < 0 ? value.AxisNames
                :
                [
                    BatchName,
                    .. Enumerable.Range(1, value.Shape.Count - 1).Select(axis => value.AxisNames.ElementAtOrDefault(axis) ?? string.Empty),
                ],
        };
    }

    /// <summary>What keeps the batch of a network from being free, in words for a person; null: no node does.</summary>
    /// <param name="graph">As <see cref="Apply"/> takes it.</param>
    public static string? Fixing(ModelGraph graph)
    {
        if (graph.Inputs.Any(input => input.Shape is not [var first, _, ..] || first != graph.Inputs[0].Shape[0]))
        {
            return null;
        }

        var activations = graph.FollowingInputs();
        try
        {
            return AgainstBatch(Free(graph, Math.Abs(graph.Inputs[0].Shape[0]), activations), activations) is { } node
                ? $"Node '{node.Name}' ({node.OpType}) does not keep samples apart"
                : null;
        }
        catch (KernelException misfit)
        {
            return misfit.Message.TrimEnd('.');
        }
    }

    private static bool IsBatchFirst(ModelGraph graph, HashSet<string> activations)
    {
        try
        {
            return AgainstBatch(graph, activations) is null;
        }
        catch (KernelException)
        {
            // The shapes fit only the fixed batch: a valid answer, not a failure.
            return false;
        }
    }

    // The first node that does not keep the batch as the first axis, or works along it.
    private static GraphNode? AgainstBatch(ModelGraph graph, HashSet<string> activations)
    {
        var (small, large) = Batches(graph);
        var one = ShapePropagation.Run(graph, small);
        var other = ShapePropagation.Run(graph, large);
        var numbers = FollowingBatch(graph, activations, one, other);
        return graph.Nodes.FirstOrDefault(node => activations.Contains(node.Output)
            && (!node.Outputs.Where(activations.Contains).All(IsFirst)
                || WorksAlongBatch(node, one, other)
                || node.Inputs.Take(TakesSizes(node) ? 1 : node.Inputs.Count).Any(numbers.Contains)));

        bool IsFirst(string value) => one.Shapes[value] is [var first, ..] && first == small && other.Shapes[value][0] == large
            && one.Shapes[value].AsSpan(1).SequenceEqual(other.Shapes[value].AsSpan(1));
    }

    // Two batches that no dimension of the graph has: another one would fit a constant of several rows, or pass for tokens.
    private static (long Small, long Large) Batches(ModelGraph graph)
    {
        const int MostSizes = 16;
        var taken = graph.Initializers.Values.SelectMany(constant => constant.Shape)
            .Concat(graph.Initializers.Values.Where(constant => constant.Count <= MostSizes)
                .SelectMany(constant => constant.Integers() ?? []))
            .Concat(graph.Inputs.SelectMany(input => input.Shape))
            .ToHashSet();
        long[] free = [.. new[] { 5L, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53 }.Where(size => !taken.Contains(size)).Take(2)];
        return free.Length == 2 ? (free[0], free[1]) : (59, 61);
    }

    private static bool TakesSizes(GraphNode node) => node.OpType is "Reshape" or "Expand" or "Slice" or "Tile" or "Resize" or "Pad";

    // Values beside the activations that differ from batch to batch, as N in x / N; rows that are made for each sample, all alike, do not.
    private static HashSet<string> FollowingBatch(
        ModelGraph graph, HashSet<string> activations, ShapePropagation one, ShapePropagation other)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in graph.Nodes.Where(node => !activations.Contains(node.Output)))
        {
            if (one.Values.TryGetValue(node.Output, out var value) && other.Values.TryGetValue(node.Output, out var same)
                ? !AreAlike(value, same)
                : node.OpType is not ("Expand" or "ConstantOfShape") && node.Inputs.Any(found.Contains))
            {
                found.UnionWith(node.Outputs);
            }
        }

        return found;
    }

    private static bool AreAlike(TensorData value, TensorData other)
    {
        if (value.Shape.AsSpan().SequenceEqual(other.Shape))
        {
            return value.Bytes.Span.SequenceEqual(other.Bytes.Span);
        }

        int row = value.Shape is [> 0, ..] && value.Shape.Length == other.Shape.Length ? value.Bytes.Length / (int)value.Shape[0] : 0;
        return row > 0 && other.Bytes.Length == row * other.Shape[0] && Enumerable.Range(0, (int)other.Shape[0])
            .All(i => other.Bytes.Span.Slice(i * row, row).SequenceEqual(value.Bytes.Span[..row]));
    }

    private static bool WorksAlongBatch(GraphNode node, ShapePropagation one, ShapePropagation other)
    {
        int rank = one.Shapes[node.Inputs[0]].Length;
        return node.OpType switch
        {
            _ when !NativeOperators.HasForm(node) => !AlongAnAxis.Contains(node.OpType)
                || IsFirst(node.GetInt("axis", node.OpType is "ArgMax" or "ArgMin" ? 0 : -1)),
            "Softmax" or "LogSoftmax" or "LayerNormalization" => IsFirst(node.GetInt("axis", -1)),
            "Concat" => IsFirst(node.GetInt("axis", 0)),
            "ReduceMean" or "ReduceSum" or "ReduceMax" or "ReduceMin" or "ReduceL1" or "ReduceL2" or "Squeeze" =>
                (one.Integers(node, 1) ?? node.GetInts("axes") ?? [0]).Any(IsFirst),
            "Gather" or "GatherElements" => HasBatch(0) && IsFirst(node.GetInt("axis", 0)),
            "MatMul" => HasBatch(1) && one.Shapes[node.Inputs[1]].Length <= 2,
            "Einsum" or "LSTM" or "GRU" or "Trilu" => true,
            "Tile" => one.Integers(node, 1) is not [1, ..],
            "Transpose" => node.GetInts("perm") is not [0, ..],
            "Flatten" => node.GetInt("axis", 1) is var axis && axis != 1 && axis != 1 - rank,
            "Slice" => !node.HasInput(3) || one.Integers(node, 3)?.Any(IsFirst) != false,
            "Gemm" => node.GetInt("transA", 0) != 0 || HasBatch(1),
            _ => false,
        };

        bool IsFirst(long axis) => axis == 0 || axis == -rank;

        bool HasBatch(int input) => !one.Shapes[node.Inputs[input]].AsSpan().SequenceEqual(other.Shapes[node.Inputs[input]]);
    }
}
