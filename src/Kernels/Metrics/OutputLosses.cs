namespace Cluster.Kernels.Metrics;

/// <summary>How far the outputs of single samples are from their targets: one loss per sample, 0 and up.</summary>
public static class OutputLosses
{
    /// <summary>KL(FP32 ‖ candidate) of each sample's softmax, nats.</summary>
    /// <param name="reference">FP32's outputs, (samples, width).</param>
    /// <param name="outputs">The candidate's, the same shape.</param>
    /// <param name="width">Outputs a sample.</param>
    public static float[] Kl(float[] reference, float[] outputs, int width) => Each(
        reference, outputs, width, (before, after) => LogitsKl.Divergence(before, after));

    /// <summary>
    /// The noise of each sample's outputs, ‖FP32 − candidate‖², relative to the mean power of a sample: the mean over all samples is Σ‖FP32
    /// − candidate‖² / Σ‖FP32‖², whose -10 log10 is the SQNR in decibels.
    /// </summary>
    /// <param name="reference">FP32's outputs, (samples, width).</param>
    /// <param name="outputs">The candidate's, the same shape.</param>
    /// <param name="width">Outputs a sample.</param>
    /// <param name="power">See <see cref="Power"/>; over all samples, if these are only some of them.</param>
    public static float[] Noise(float[] reference, float[] outputs, int width, double power) => Each(
        reference, outputs, width, (before, after) => SquaredDistance(before, after) is > 0 and var noise ? noise / power : 0);

    /// <summary>The squared error of each sample, a mean over its outputs; the root of the mean over all samples is the RMSE.</summary>
    /// <param name="targets">The expected outputs, (samples, width).</param>
    /// <param name="outputs">The candidate's, the same shape.</param>
    /// <param name="width">Outputs a sample.</param>
    public static float[] SquaredError(float[] targets, float[] outputs, int width) => Each(
        targets, outputs, width, (target, output) => SquaredDistance(target, output) / width);

    /// <summary>The mean over the samples of ‖outputs‖².</summary>
    /// <param name="outputs">(samples, width).</param>
    /// <param name="width">Outputs a sample.</param>
    public static double Power(float[] outputs, int width) => SquaredNorm(outputs) / Rows.Count(outputs.Length, width);

    /// <summary>Each sample's ‖outputs‖², relative to the mean over all: what <see cref="Noise"/> is noise over signal by.</summary>
    /// <param name="outputs">(samples, width).</param>
    /// <param name="width">Outputs a sample.</param>
    public static float[] Powers(float[] outputs, int width)
    {
        double mean = Power(outputs, width);
        return Each(outputs, outputs, width, (sample, _) => mean > 0 ? SquaredNorm(sample) / mean : 0);
    }

    private delegate double Loss(ReadOnlySpan<float> expected, ReadOnlySpan<float> found);

    private static float[] Each(float[] expected, float[] found, int width, Loss loss)
    {
        if (expected.Length != found.Length)
        {
            throw new KernelException(
                $"{expected.Length} and {found.Length} outputs cannot be compared; both must be of the same samples.");
        }

        float[] losses = new float[Rows.Count(found.Length, width)];
        for (int i = 0; i < losses.Length; i++)
        {
            losses[i] = (float)loss(expected.AsSpan(i * width, width), found.AsSpan(i * width, width));
        }

        return losses;
    }

    private static double SquaredNorm(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
        {
            sum += (double)value * value;
        }

        return sum;
    }

    private static double SquaredDistance(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double difference = (double)x[i] - y[i];
            sum += difference * difference;
        }

        return sum;
    }
}
