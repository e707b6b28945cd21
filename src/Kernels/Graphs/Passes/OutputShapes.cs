namespace Cluster.Kernels.Graphs.Passes;

/// <summary>Sets the inferred type and shape of each output, ignoring the file's; a dimension that follows the batch is free.</summary>
internal static class OutputShapes
{
    // Limit for two images: eight gigabytes of floats. No real network reaches it; a few bytes of a damaged file do.
    private const long LargestValue = 1L << 31;

    public static ModelGraph Apply(ModelGraph graph)
    {
        IReadOnlyDictionary<string, long[]> two = ShapePropagation.Run(graph, 2).Shapes;
        foreach (GraphNode node in graph.Nodes.Where(
            node => !two[node.Output].Contains(-1) && ShapeMath.Count(two[node.Output]) > LargestValue))
        {
            throw node.Error($"has an output of shape {ShapeMath.Text(two[node.Output])} for two images; at most {LargestValue} "
                + "elements are expected: the file is damaged, or not a network for this machine.");
        }

        IReadOnlyDictionary<string, long[]> three = ShapePropagation.Run(graph, 3).Shapes;
        var scaled = graph.Inputs.All(input => input.FreeAxes.Count == 0) ? two : ShapePropagation.Run(graph, 2, FreeSizes.Scale).Shapes;
        var types = ElementTypes.Of(graph);
        return graph with
        {
            Outputs = [.. graph.Outputs.Select(output => output with
            {
                Type = types[output.Name],
                Shape = [.. two[output.Name].Zip(three[output.Name], (a, b) => a == b ? a : -1)],
                FreeAxes = [.. two[output.Name].Index().Where(size => size.Item != scaled[output.Name][size.Index])
                    .Select(size => size.Index)],
                ShapeKnown = true,
            })],
        };
    }
}

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
