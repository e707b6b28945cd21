using Cluster.Evaluation.Setup;
using Cluster.Kernels.Execution;

namespace Cluster.Evaluation.Measuring;

/// <summary>
/// The batch that latency is measured on: evaluation images, repeated where there are fewer than the batch holds.
/// </summary>
internal static class LatencyInput
{
    public static long[] Shape(EvaluationSetup setup) => Shape(setup.Evaluation, setup.Batch);

    public static long[] Shape(ImageBatches evaluation, int batch) =>
        [batch, evaluation.Images.Channels, evaluation.Images.Height, evaluation.Images.Width];

    /// <summary>(batch, C, H, W), row-major.</summary>
    public static float[] Pixels(EvaluationSetup setup) => Pixels(setup.Evaluation, setup.Batch);

    /// <summary>(batch, C, H, W), row-major.</summary>
    public static float[] Pixels(ImageBatches evaluation, int batch)
    {
        var images = evaluation.Images;
        float[] input = new float[batch * images.ImageSize];
        for (int i = 0; i < batch; i++)
        {
            images.FillBatch(i % images.Count, 1, evaluation.Preprocess, input.AsSpan(i * images.ImageSize, images.ImageSize));
        }

        return input;
    }
}
