namespace Cluster.Networks.Graphs.Passes;

/// <summary>
/// Keeps the free axes of inputs whose sizes the network also takes twice as large: what does not depend on them is folded by the two.
/// Along the others the network is rewritten for the sizes of the data alone.
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
        if (!isPadded && Fits(graph))
        {
            return graph;
        }

        // Those of pictures are the axes that windows move along.
        string[] names =
        [
            .. graph.Inputs.SelectMany(input => input.FreeAxes.Where(axis => !isPadded || axis < 2).Select(axis => Name(input, axis)))
                .Distinct(StringComparer.Ordinal),
        ];
        string[] fitting = [.. names.Where(name => Fits(Only(graph, [name])))];
        var kept = Only(graph, fitting);
        return fitting.Length < 2 || Fits(kept) ? kept : Only(graph, []);
    }

    // Axes of one name have one size.
    private static string Name(ValueInfo input, int axis) =>
        input.AxisNames.ElementAtOrDefault(axis) is { Length: > 0 } name ? name : $"{input.Name}[{axis}]";

    private static ModelGraph Only(ModelGraph graph, IReadOnlyCollection<string> names) => graph with
    {
        Inputs = [.. graph.Inputs.Select(input => input with
        {
            FreeAxes = [.. input.FreeAxes.Where(axis => names.Contains(Name(input, axis), StringComparer.Ordinal))],
        })],
    };

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
