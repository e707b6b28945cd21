namespace Cluster.Learning.Reconstruction.Blocks;

/// <summary>
/// Divides a network into blocks. A block ends where exactly one tensor is still needed, so branches never leave it: a residual block, an
/// inverted residual with its Add, an Inception or fire module, or a single layer of a chain. A block with too many layers (a whole stage
/// of a dense network) is split layer by layer. Activation functions belong to the layer before them. Pools and moves of elements belong to
/// the layer after, because they would only blur the output that the block before is compared by.
/// </summary>
internal static class BlockFinder
{
    private static readonly HashSet<string> ElementWise = new(StringComparer.Ordinal)
    {
        "Relu", "Clip", "LeakyRelu", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Add", "Sub", "Mul", "Div",
        "BatchNormalization", "Identity",
    };

    /// <summary>All nodes of the network in blocks, in execution order.</summary>
    /// <param name="byLayer">Whether each block has one weighted node.</param>
    /// <param name="maximumLayers">Most weighted nodes of a block.</param>
    public static IReadOnlyList<ReconstructionBlock> Find(GroupedGraph graph, bool byLayer, int maximumLayers)
    {
        int most = byLayer ? 1 : maximumLayers;
        return [.. Attach(graph, Cut(graph)).SelectMany(
            nodes => Weighted(graph, nodes).Count > most ? Layers(graph, nodes) : [Block(graph, nodes)])];
    }

    /// <summary>Cuts the nodes into runs, at the places where only one tensor is alive.</summary>
    private static List<List<GraphNode>> Cut(GroupedGraph graph)
    {
        GraphNode[] nodes = [.. graph.Nodes];
        var readers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string input in nodes.SelectMany(graph.Roles.Activations))
        {
            readers[input] = readers.GetValueOrDefault(input) + 1;
        }

        var alive = new HashSet<string>(StringComparer.Ordinal) { graph.Input.Name };
        var runs = new List<List<GraphNode>> { new() };
        foreach (var node in nodes)
        {
            runs[^1].Add(node);
            alive.Add(node.Output);
            foreach (string input in graph.Roles.Activations(node))
            {
                if (--readers[input] == 0)
                {
                    alive.Remove(input);
                }
            }

            if (alive.Count == 1)
            {
                runs.Add([]);
            }
        }

        runs.RemoveAll(run => run.Count == 0);
        return runs;
    }

    private static List<List<GraphNode>> Attach(GroupedGraph graph, List<List<GraphNode>> runs)
    {
        var blocks = new List<List<GraphNode>>();
        List<GraphNode> waiting = [];
        foreach (var run in runs)
        {
            bool weighted = Weighted(graph, run).Count > 0;
            if (weighted)
            {
                blocks.Add([.. waiting, .. run]);
                waiting = [];
            }
            else if (waiting.Count == 0 && blocks.Count > 0 && run.TrueForAll(node => ElementWise.Contains(node.OpType)))
            {
                blocks[^1].AddRange(run);
            }
            else
            {
                waiting.AddRange(run);
            }
        }

        if (waiting.Count > 0)
        {
            blocks.Add(waiting);
        }

        return blocks;
    }

    private static IEnumerable<ReconstructionBlock> Layers(GroupedGraph graph, List<GraphNode> nodes)
    {
        List<GraphNode> between = [];
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in nodes.Where(node => !taken.Contains(node.Name)))
        {
            if (graph.Roles.Of(node) != NodeRole.Weighted)
            {
                between.Add(node);
                continue;
            }

            if (between.Count > 0)
            {
                yield return Block(graph, between);
                between = [];
            }

            List<GraphNode> layer = [node];
            if (graph.FusedActivation(node.Output) is { } activation)
            {
                layer.Add(activation);
                taken.Add(activation.Name);
            }

            yield return Block(graph, layer);
        }

        if (between.Count > 0)
        {
            yield return Block(graph, between);
        }
    }

    private static ReconstructionBlock Block(GroupedGraph graph, List<GraphNode> nodes) =>
        new(nodes, StopsLearning(graph, nodes) ? [] : Weighted(graph, nodes));

    // No gradient of the block's output reaches weights before what ONNX Runtime executes.
    private static bool StopsLearning(GroupedGraph graph, List<GraphNode> nodes) =>
        nodes.SkipWhile(node => graph.Roles.Of(node) != NodeRole.Weighted).Any(graph.Roles.IsExecuted);

    private static List<GraphNode> Weighted(GroupedGraph graph, IEnumerable<GraphNode> nodes) =>
        [.. nodes.Where(node => graph.Roles.Of(node) == NodeRole.Weighted)];
}
