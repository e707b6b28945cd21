namespace Cluster.Networks.Graphs.Passes;

/// <summary>Sets the inferred type and shape of each output, ignoring the file's; a dimension that follows the batch is free.</summary>
internal static class OutputShapes
{
    // Limit for two images: eight gigabytes of floats. No real network reaches it; a few bytes of a damaged file do.
    private const long LargestValue = 1L << 31;

    public static ModelGraph Apply(ModelGraph graph)
    {
        var first = ShapePropagation.Run(graph, 2);
        IReadOnlyDictionary<string, long[]> two = first.Shapes;
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
                AxisNames = output.AxisNames.Count == two[output.Name].Length ? output.AxisNames : [],
                Shape = [.. two[output.Name].Zip(three[output.Name], (a, b) => a == b ? a : -1)],
                FreeAxes = [.. two[output.Name].Index().Where(size => size.Item != scaled[output.Name][size.Index])
                    .Select(size => size.Index)],
                ShapeKnown = first.HasRank(output.Name),
            })],
        };
    }
}
