namespace Cluster.Networks.Graphs.Inference;

/// <summary>Static shapes of every value of a graph.</summary>
public static class ShapeInference
{
    /// <summary>
    /// The shape of every input, constant and node output for one batch size. A free first dimension of an input becomes the batch; a fixed
    /// one stays.
    /// </summary>
    /// <param name="batch">At least 1.</param>
    /// <exception cref="KernelException">A free dimension other than the batch, an unsupported operator, or shapes that do not fit; the
    /// message names node and operator.</exception>
    public static IReadOnlyDictionary<string, long[]> Infer(ModelGraph graph, long batch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        return ShapePropagation.Run(graph, batch).Shapes;
    }
}
