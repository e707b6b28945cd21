namespace Cluster.Kernels.Metrics;

/// <summary>Computes the logits of all images with any function that runs a batch: the loop that all runtimes share.</summary>
public static class BatchLogits
{
    /// <summary>Runs a batch; called from several threads at once.</summary>
    /// <param name="inputs">One tensor for each network input, batch first.</param>
    /// <param name="logits">(batch, classes), to fill.</param>
    public delegate void RunBatch(IReadOnlyList<TensorData> inputs, Span<float> logits);

    /// <summary>Logits of every image, (images, classes). Batches run concurrently on <paramref name="workers"/> workers.</summary>
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
