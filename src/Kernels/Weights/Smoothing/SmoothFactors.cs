namespace Cluster.Kernels.Weights.Smoothing;

/// <summary>Splits each channel's range between activations and weights (Xiao et al., SmoothQuant, ICML 2023, equation 4).</summary>
internal static class SmoothFactors
{
    private const double Least = 1e-5;

    /// <summary>s_j = max|X_j|^α / max|W_j|^(1-α): the divisor of activations and the factor of weights.</summary>
    /// <param name="activations">Largest magnitude of each channel.</param>
    /// <param name="weights">Largest magnitude of the weights that the channel is multiplied with.</param>
    /// <param name="alpha">0: weights become equal and activations take over their ranges; 1: the other way round.</param>
    /// <returns>The factors; 1 for a channel that is always 0 or is multiplied only with zeros.</returns>
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
