namespace Cluster.Evaluation.Inputs;

/// <summary>
/// How many images are run at once when measuring accuracy, calibrating or correcting. It depends on the network alone, because it affects
/// the last bit of sums over a batch. Larger batches are not faster once tensors exceed the caches, and they need more memory.
/// </summary>
internal static class ExecutionBatch
{
    /// <summary>For networks with small tensors.</summary>
    public const int Most = 32;

    private const long LargestTensor = 32L << 20;

    /// <summary>A power of two, 1 to <see cref="Most"/>.</summary>
    /// <param name="graph">A network that accepts any batch size.</param>
    public static int Of(ModelGraph graph)
    {
        var shapes = ShapeInference.Infer(graph, 1);
        long largest = graph.Nodes.Max(node => shapes[node.Output].Aggregate((long)sizeof(float), (bytes, size) => bytes * size));
        int batch = Most;
        while (batch > 1 && batch * largest > LargestTensor)
        {
            batch /= 2;
        }

        return batch;
    }
}
