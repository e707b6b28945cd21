using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs.Inference;

namespace Cluster.Bench.Scores.Fisher;

/// <summary>How many images go backward at once. It follows from the network alone, as sums depend on it in their last bit.</summary>
internal static class FisherSlices
{
    /// <summary>A divisor of the batch.</summary>
    /// <param name="most">Bytes of all tensors between groups, which are held until the way back.</param>
    public static int Size(FloatNetwork network, int batch, long most)
    {
        var one = ShapeInference.Infer(network.Graph.Graph, 1);
        var two = ShapeInference.Infer(network.Graph.Graph, 2);

        // Each image has a product of its own: where tensors do not keep images apart, each goes alone.
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
