namespace Cluster.Kernels.Graphs.Passes;

/// <summary>
/// Brings an exported network into the one form that all later steps work on: opset 13 or newer, batch free if possible, constants folded,
/// BatchNormalization, biases and zero pads folded into their layer, windows written out, HardSwish as a product, no unused nodes. The
/// function stays the same up to float32 rounding.
/// </summary>
public static class GraphNormalizer
{
    /// <summary>The normal form of a graph; normalising it again changes nothing.</summary>
    /// <exception cref="KernelException">The graph holds an unsupported operator, or shapes that do not fit; the message names node and
    /// operator.</exception>
    public static ModelGraph Normalize(ModelGraph graph)
    {
        int opset = graph.Opset;
        graph = DeadCodeElimination.Apply(graph);
        SupportedOperators.Refuse(SupportedOperators.Unknown(graph));
        graph = OpsetUpgrade.Apply(graph);
        graph = SplitToSlices.Apply(graph);
        graph = RecurrentStates.Apply(graph);
        graph = BatchGeneralization.Apply(graph);
        graph = ConstantFolding.Apply(graph);
        graph = SoftmaxUpgrade.Apply(graph, opset);
        graph = HardSwishSplit.Apply(graph);
        graph = RedundantNodeRemoval.Apply(graph);
        graph = ExplicitWindows.Apply(graph);
        graph = MatMulToGemm.Apply(graph);
        graph = GemmScaling.Apply(graph);
        graph = FuseUntilStable(graph);
        graph = DeadCodeElimination.Apply(graph);
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
