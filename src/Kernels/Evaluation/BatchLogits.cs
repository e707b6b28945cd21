using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Evaluation;

/// <summary>Logits of all images by whatever runs a batch: the one loop of every runtime.</summary>
public static class BatchLogits
{
    /// <summary>Runs a batch; from several threads at once.</summary>
    /// <param name="inputs">One for each of the network's, batch first.</param>
    /// <param name="logits">(batch, classes), to be filled.</param>
    public delegate void RunBatch(IReadOnlyList<TensorData> inputs, Span<float> logits);

    /// <summary>Logits of every image, (images, classes). Batches run side by side, on so many workers.</summary>
    public static float[] Of(RunBatch run, ImageBatches images, int classes, int workers, CancellationToken cancellation)
    {
        float[] logits = new float[(long)images.Images.Count * classes];
        Batches.ForEach(
            images.Count,
            workers,
            batch => run(images.Inputs(batch), logits.AsSpan(images.Start(batch) * classes, images.Size(batch) * classes)),
            cancellation);
        return logits;
    }
}
