using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs.Inference;

namespace Cluster.Bench.Scores.Fisher;

/// <summary>How many images go backward at once. It depends on the network alone, because it affects the last bit of sums.</summary>
internal static class FisherSlices
{
    /// <summary>Returns a divisor of the batch.</summary>
    /// <param name="most">Limit for the bytes of all tensors between groups, which are held until the backward pass.</param>
    public static int Size(FloatNetwork network, int batch, long most)
    {
        var one = ShapeInference.Infer(network.Graph.Graph, 1);
        var two = ShapeInference.Infer(network.Graph.Graph, 2);

        // Each image has its own product: if a tensor does not keep images apart, each image runs alone.
        if (network.Crossings.Append(network.Graph.Output.Name).Any(tensor => one[tensor] is not [1, ..] || two[tensor] is not [2, ..]))
        {
            return 1;
        }

        long bytes = network.Crossings.Sum(tensor => one[tensor].Aggregate((long)sizeof(float), (product, size) => product * size));
        int slice = batch;
        while (slice > 1 && slice * bytes > most)
        {
            slice = slice % 2 == 0 ? slice / 2 : 1;
        }

        return slice;
    }
}
