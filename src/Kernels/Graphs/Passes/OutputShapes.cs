using Cluster.Kernels.Graphs.Inference;

namespace Cluster.Kernels.Graphs.Passes;

/// <summary>
/// States the inferred shape of each output, whatever the file said; a dimension that follows the batch is free.
/// </summary>
internal static class OutputShapes
{
    public static ModelGraph Apply(ModelGraph graph)
    {
        IReadOnlyDictionary<string, long[]> two = ShapePropagation.Run(graph, 2).Shapes;
        IReadOnlyDictionary<string, long[]> three = ShapePropagation.Run(graph, 3).Shapes;
        return graph with
        {
            Outputs = [.. graph.Outputs.Select(output => output with
            {
                Shape = [.. two[output.Name].Zip(three[output.Name], (a, b) => a == b ? a : -1)],
                ShapeKnown = true,
            })],
        };
    }
}
