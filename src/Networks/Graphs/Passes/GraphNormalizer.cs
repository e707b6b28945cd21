using Cluster.Networks.Graphs.Passes.Forms;

namespace Cluster.Networks.Graphs.Passes;

/// <summary>
/// Brings an exported network into the one form that all later steps work on: opset 13 or newer, batch free if possible, constants folded,
/// BatchNormalization, biases and zero pads folded into their layer, BatchNormalization without one as a layer, parallel convolutions as
/// one, windows written out, HardSwish as a product, no unused nodes. The function stays the same up to float32 rounding.
/// </summary>
public static class GraphNormalizer
{
    private const string DeadCode = "removing what no output needs";
    private const string Branches = "taking the branches that are known";
    private const string Widening = "widening its floats";
    private const string FreeingBatch = "freeing its batch";

    // Names are subjects of a sentence.
    private static readonly (string Name, Func<ModelGraph, ModelGraph> Apply)[] Passes =
    [
        ("writing attention as products", AttentionProducts.Apply),
        ("writing joined functions apart", JoinedFunctions.Apply),
        ("changing its opset", graph => SoftmaxUpgrade.Apply(OpsetUpgrade.Apply(graph), graph.Opset)),
        ("writing out the axes of Squeeze and Resize", graph => ResizeAxes.Apply(SqueezeAxes.Apply(graph))),
        ("writing Split as slices", SplitToSlices.Apply),
        ("reading the states of LSTM and GRU", RecurrentStates.Apply),
        ("adding what Gemm adds apart from it", GemmAddend.Apply),
        ("keeping its free sizes", FreeSizes.Apply),
        (FreeingBatch, BatchGeneralization.Apply),
        ("folding its constants", ConstantFolding.Apply),
        ("writing HardSwish as a product", HardSwishSplit.Apply),
        ("removing redundant nodes", RedundantNodeRemoval.Apply),
        ("writing out its windows", ExplicitWindows.Apply),
        ("writing MatMul as Gemm", MatMulToGemm.Apply),
        ("folding factors into Gemm", GemmScaling.Apply),
        ("folding BatchNormalization, biases, pads and parallel convolutions", FuseUntilStable),
        ("writing BatchNormalization as layers", NormalizationLayers.Apply),
        ("writing a last convolution of points as Gemm", PointConvolutions.Apply),
        ("removing what was folded", DeadCodeElimination.Apply),
        ("inferring its outputs' shapes", OutputShapes.Apply),
    ];

    /// <summary>The normal form of a graph; normalising it again changes nothing.</summary>
    /// <exception cref="KernelException">ONNX Runtime does not know an operator, or shapes do not fit; the message names node and
    /// operator.</exception>
    public static ModelGraph Normalize(ModelGraph graph) => Steps(graph).Last().Graph;

    /// <summary>The graph after each rewrite, in order, with the rewrite's name as the subject of a sentence; made as it is asked
    /// for.</summary>
    /// <inheritdoc cref="Normalize"/>
    public static IEnumerable<(string Name, ModelGraph Graph)> Steps(ModelGraph graph)
    {
        if (GraphInvariants.Violation(graph) is { } violation)
        {
            throw new KernelException($"The network is not valid: {violation}; export it again.");
        }

        // What no output needs may be anything, and ONNX Runtime lacks many kernels of 16 bits.
        graph = GraphInvariants.Require(DeadCodeElimination.Apply(FileEnds.Shown(graph)), DeadCode);
        yield return (DeadCode, graph);
        graph = GraphInvariants.Require(KnownBranches.Apply(graph), Branches);
        yield return (Branches, graph);
        var kept = new KeptValues(GraphInvariants.Require(WideFloats.Apply(graph), Widening));
        yield return (Widening, kept.Graph);
        foreach (var (name, apply) in Passes)
        {
            kept.Require(GraphInvariants.Require(apply(kept.Graph), name), name);
            yield return (name, kept.Graph);
        }

        ShapePropagation.Settle(kept.Graph);
    }

    /// <inheritdoc cref="BatchGeneralization.MixesSamples"/>
    public static bool MixesSamples(ModelGraph normal) => BatchGeneralization.MixesSamples(normal);

    /// <summary>What keeps the batch from being free, by the file's own nodes, in words for a person; null: no node does.</summary>
    /// <param name="graph">As read, of one sample at a time.</param>
    public static string? FixingBatch(ModelGraph graph) =>
        BatchGeneralization.Fixing(Steps(graph).TakeWhile(step => step.Name != FreeingBatch).Last().Graph);

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
            graph = Reparameterization.Apply(graph);
        }
        while (graph.Nodes.Count < before);

        return graph;
    }
}
