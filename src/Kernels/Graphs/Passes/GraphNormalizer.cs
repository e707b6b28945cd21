namespace Cluster.Kernels.Graphs.Passes;

/// <summary>
/// Brings an exported network into the one form that all later steps work on: opset 13 or newer, batch free if possible, constants folded,
/// BatchNormalization, biases and zero pads folded into their layer, windows written out, HardSwish as a product, no unused nodes. The
/// function stays the same up to float32 rounding.
/// </summary>
public static class GraphNormalizer
{
    // Names are subjects of a sentence.
    private static readonly (string Name, Func<ModelGraph, int, ModelGraph> Apply)[] Passes =
    [
        ("removing what no output needs", (graph, _) => DeadCodeElimination.Apply(graph)),
        ("checking its operators", (graph, _) => Known(graph)),
        ("raising its opset", (graph, _) => OpsetUpgrade.Apply(graph)),
        ("writing Split as slices", (graph, _) => SplitToSlices.Apply(graph)),
        ("reading the states of LSTM and GRU", (graph, _) => RecurrentStates.Apply(graph)),
        ("freeing its batch", (graph, _) => BatchGeneralization.Apply(graph)),
        ("folding its constants", (graph, _) => ConstantFolding.Apply(graph)),
        ("raising the opset of Softmax", SoftmaxUpgrade.Apply),
        ("writing HardSwish as a product", (graph, _) => HardSwishSplit.Apply(graph)),
        ("removing redundant nodes", (graph, _) => RedundantNodeRemoval.Apply(graph)),
        ("writing out its windows", (graph, _) => ExplicitWindows.Apply(graph)),
        ("writing MatMul as Gemm", (graph, _) => MatMulToGemm.Apply(graph)),
        ("folding factors into Gemm", (graph, _) => GemmScaling.Apply(graph)),
        ("folding BatchNormalization, biases and pads", (graph, _) => FuseUntilStable(graph)),
        ("removing what was folded", (graph, _) => DeadCodeElimination.Apply(graph)),
        ("inferring its outputs' shapes", (graph, _) => Inferred(graph)),
    ];

    /// <summary>The normal form of a graph; normalising it again changes nothing.</summary>
    /// <exception cref="KernelException">The graph holds an unsupported operator, or shapes that do not fit; the message names node and
    /// operator.</exception>
    public static ModelGraph Normalize(ModelGraph graph) => Steps(graph).Last().Graph;

    /// <summary>The graph after each rewrite, in order, with the rewrite's name as the subject of a sentence; made as it is asked for.</summary>
    /// <inheritdoc cref="Normalize"/>
    public static IEnumerable<(string Name, ModelGraph Graph)> Steps(ModelGraph graph)
    {
        int opset = graph.Opset;
        foreach (var (name, apply) in Passes)
        {
            graph = apply(graph, opset);
            yield return (name, graph);
        }
    }

    private static ModelGraph Known(ModelGraph graph)
    {
        SupportedOperators.Refuse(SupportedOperators.Unknown(graph));
        return graph;
    }

    private static ModelGraph Inferred(ModelGraph graph)
    {
        SupportedOperators.Verify(graph);
        return OutputShapes.Apply(graph);
    }

    // Every fusion removes a node, so this ends.
    private static ModelGraph FuseUntilStable(ModelGraph graph)
    {
        int before;
        do
        {
            before = graph.Nodes.Count;
            graph = BatchNormalizationFolding.Apply(graph);
            graph = BiasFolding.Apply(graph);
            graph = PadFolding.Apply(graph);
        }
        while (graph.Nodes.Count < before);

        return graph;
    }
}
