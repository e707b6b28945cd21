using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Inference;

namespace Cluster.Evaluation.Inputs;

/// <summary>
/// How many images are run at once where accuracy is measured, calibrated or corrected. It follows from the network alone,
/// since sums over a batch depend on it in their last bit. Larger batches are not faster once tensors leave the caches, and
/// what a run needs grows with them.
/// </summary>
internal static class ExecutionBatch
{
    /// <summary>Of networks whose tensors are small.</summary>
    public const int Most = 32;

    private const long LargestTensor = 32L << 20;

    /// <summary>A power of two, 1 to <see cref="Most"/>.</summary>
    /// <param name="graph">Takes any batch.</param>
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
