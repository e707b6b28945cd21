namespace Cluster.Kernels.Weights.Smoothing;

/// <summary>How much of each channel's range goes from activations to weights (Xiao et al., SmoothQuant, ICML 2023, equation 4).</summary>
internal static class SmoothFactors
{
    private const double Least = 1e-5;

    /// <summary>s_j = max|X_j|^α / max|W_j|^(1-α), by which activations are divided and weights multiplied.</summary>
    /// <param name="activations">Largest magnitude of each channel.</param>
    /// <param name="weights">The same of the weights that it meets.</param>
    /// <param name="alpha">0: weights get the ranges that activations had; 1: activations become equal.</param>
    /// <returns>1 for a channel that is always 0 or meets zeros only.</returns>
    public static double[] Of(ReadOnlySpan<float> activations, ReadOnlySpan<float> weights, double alpha)
    {
        double[] factors = new double[activations.Length];
        for (int i = 0; i < factors.Length; i++)
        {
            factors[i] = activations[i] == 0 || weights[i] == 0
                ? 1
                : Math.Max(Math.Pow(activations[i], alpha) / Math.Pow(weights[i], 1 - alpha), Least);
        }

        return factors;
    }
}
