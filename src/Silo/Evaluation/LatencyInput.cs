namespace Cluster.Silo.Evaluation;

/// <summary>The batch that latency is measured on: evaluation images, repeated where there are fewer than the batch holds.</summary>
internal static class LatencyInput
{
    public static long[] Shape(EvaluationSetup setup) =>
        [setup.Batch, setup.Evaluation.Images.Channels, setup.Evaluation.Images.Height, setup.Evaluation.Images.Width];

    /// <summary>(batch, C, H, W), row-major.</summary>
    public static float[] Pixels(EvaluationSetup setup)
    {
        var images = setup.Evaluation.Images;
        float[] input = new float[setup.Batch * images.ImageSize];
        for (int i = 0; i < setup.Batch; i++)
        {
            images.FillBatch(i % images.Count, 1, setup.Evaluation.Preprocess, input.AsSpan(i * images.ImageSize, images.ImageSize));
        }

        return input;
    }
}
