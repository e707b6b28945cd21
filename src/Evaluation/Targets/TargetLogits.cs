using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Execution;

namespace Cluster.Evaluation.Targets;

/// <summary>Measures accuracy by running the file itself in the target's runtime, so that the user gets the same result.</summary>
internal static class TargetLogits
{
    /// <summary>
    /// The first output for every image, (images, classes). Batches run concurrently, one thread each, in halves if memory runs out.
    /// </summary>
    public static float[] Of(
        ITarget target, byte[] file, ImageBatches images, int classes, int workers, CancellationToken cancellation)
    {
        using var network = target.Open(file, threads: 1, "candidate");
        return BatchLogits.Of(new HalvedBatches(network).Run, images, classes, workers, cancellation);
    }
}
