namespace Cluster.Kernels.Metrics;

/// <summary>KL divergence of a network's outputs from FP32's, in nats, 0 and up; of whole numbers the share that differs.</summary>
internal static class OutputDivergence
{
    /// <summary>
    /// The mean of one batch: over its samples if outputs are <see cref="OutputKind.Scores"/>, over its outputs if they are
    /// <see cref="OutputKind.Values"/>.
    /// </summary>
    /// <param name="reference">FP32's outputs, (samples, width).</param>
    /// <param name="outputs">The other network's outputs, the same shape.</param>
    /// <param name="width">Outputs per sample.</param>
    /// <exception cref="KernelException">The shapes differ.</exception>
    public static double Of(OutputKind kind, float[] reference, float[] outputs, int width) => kind switch
    {
        OutputKind.Scores => LogitsKl.Of(reference, outputs, width),
        OutputKind.Values => OfValues(reference, outputs, width),
        OutputKind.Whole => reference.Zip(outputs).Count(pair => !pair.First.Equals(pair.Second)) / (double)reference.Length,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, message: null),
    };

    // KL(N(x, v) ‖ N(y, v)) = (x - y)² / 2v, with the mean power of FP32's outputs for v: half of noise over signal, independent of the
    // outputs' unit.
    private static double OfValues(float[] reference, float[] outputs, int width)
    {
        double power = OutputLosses.Power(reference, width);
        double noise = OutputLosses.Noise(reference, outputs, width, power: 1).Average(sample => (double)sample);
        return noise == 0 ? 0 : noise / (2 * (power > 0 ? power : noise));
    }
}
