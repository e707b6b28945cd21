namespace Cluster.Kernels.Graphs.Passes;

/// <summary>
/// Keeps the free axes of inputs if the network also takes twice their sizes: what does not depend on them is folded by the two. Else the
/// network is rewritten for the sizes of the data alone.
/// </summary>
internal static class FreeSizes
{
    /// <summary>The factor of the second size.</summary>
    public const int Scale = 2;

    public static ModelGraph Apply(ModelGraph graph)
    {
        if (graph.Inputs.All(input => input.FreeAxes.Count == 0))
        {
            return graph;
        }

        // Pads that follow from the size are written out for one size.
        bool isPadded = graph.Nodes.Any(node => node.GetText("auto_pad", "NOTSET").StartsWith("SAME", StringComparison.Ordinal)
            && node.GetInts("strides") is { } strides && strides.Any(stride => stride != 1));
        return isPadded || !Fits(graph) ? graph with { Inputs = [.. graph.Inputs.Select(input => input with { FreeAxes = [] })] } : graph;
    }

    private static bool Fits(ModelGraph graph)
    {
        try
        {
            ShapePropagation.Run(graph, Scale, Scale);
            return true;
        }
        catch (KernelException)
        {
            // Sizes that fit the data only: a valid answer, not a failure.
            return false;
        }
    }
}
