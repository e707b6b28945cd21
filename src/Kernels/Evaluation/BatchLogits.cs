using Cluster.Kernels.Execution;

namespace Cluster.Kernels.Evaluation;

/// <summary>Logits of all images by whatever runs a batch: the one loop of every runtime.</summary>
public static class BatchLogits
{
    /// <summary>Runs a batch; from several threads at once.</summary>
    /// <param name="input">(batch, C, H, W), row-major.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="logits">(batch, classes), to be filled.</param>
    public delegate void RunBatch(ReadOnlySpan<float> input, long[] shape, Span<float> logits);

    /// <summary>Logits of every image, (images, classes). Batches run side by side, on so many workers.</summary>
    public static float[] Of(RunBatch run, ImageBatches images, int classes, int workers, CancellationToken cancellation)
    {
        float[] logits = new float[(long)images.Images.Count * classes];
        Batches.ForEach(images.Count, workers, batch =>
        {
            int size = images.Size(batch);
            long[] shape = [size, images.Images.Channels, images.Images.Height, images.Images.Width];
            run(images.Pixels(batch), shape, logits.AsSpan(images.Start(batch) * classes, size * classes));
        }, cancellation);
        return logits;
    }
}
