using Cluster.Kernels.Data;
using Cluster.Kernels.Evaluation.Measurement;

namespace Cluster.Bench.Scores.Fisher;

/// <summary>
/// The direction u along which outputs are differentiated: E[uuᵀ] is the Hessian of the divergence at FP32's own outputs, where its
/// gradient is 0. For the softmax p of scores that is diag(p) − ppᵀ = LLᵀ with L = diag(√p) − p√pᵀ; for values, the unit matrix.
/// </summary>
internal static class OutputDirections
{
    /// <summary>One direction per sample, from the seed and the sample's index only.</summary>
    /// <param name="outputs">FP32's outputs, (samples, width).</param>
    /// <param name="width">Outputs a sample.</param>
    /// <param name="first">The first sample's index in the set.</param>
    /// <returns>Directions in the same shape.</returns>
    public static float[] Of(OutputKind kind, FisherForm form, float[] outputs, int width, long seed, int first)
    {
        float[] directions = new float[outputs.Length];
        for (int sample = 0; sample < outputs.Length / width; sample++)
        {
            var row = directions.AsSpan(sample * width, width);

            // Seeds are hashed: those of neighbours would give one sequence, a step apart.
            var random = new SplitMix64(new SplitMix64(unchecked(((ulong)seed * 0xD1342543DE82EF95) + (ulong)(first + sample))).Next());
            if (kind == OutputKind.Values)
            {
                Signs(row, ref random);
                continue;
            }

            double[] shares = Softmax(outputs.AsSpan(sample * width, width));
            if (form == FisherForm.Labels)
            {
                OfLabel(row, shares, ref random);
            }
            else
            {
                OfSigns(row, shares, ref random);
            }
        }

        return directions;
    }

    // L r = √p∘r − p (√pᵀr)
    private static void OfSigns(Span<float> row, double[] shares, ref SplitMix64 random)
    {
        Signs(row, ref random);
        double along = 0;
        for (int i = 0; i < row.Length; i++)
        {
            along += Math.Sqrt(shares[i]) * row[i];
        }

        for (int i = 0; i < row.Length; i++)
        {
            row[i] = (float)((Math.Sqrt(shares[i]) * row[i]) - (shares[i] * along));
        }
    }

    // The gradient of log p of the label.
    private static void OfLabel(Span<float> row, double[] shares, ref SplitMix64 random)
    {
        double left = (random.Next() >> 11) * Math.ScaleB(1, -53);
        int label = 0;
        while (label < shares.Length - 1 && left >= shares[label])
        {
            left -= shares[label++];
        }

        for (int i = 0; i < row.Length; i++)
        {
            row[i] = (float)((i == label ? 1 : 0) - shares[i]);
        }
    }

    private static void Signs(Span<float> row, ref SplitMix64 random)
    {
        ulong bits = 0;
        for (int i = 0; i < row.Length; i++)
        {
            bits = i % 64 == 0 ? random.Next() : bits >> 1;
            row[i] = (bits & 1) == 0 ? -1 : 1;
        }
    }

    private static double[] Softmax(ReadOnlySpan<float> scores)
    {
        double[] shares = new double[scores.Length];
        double most = double.NegativeInfinity;
        foreach (float score in scores)
        {
            most = Math.Max(most, score);
        }

        double total = 0;
        for (int i = 0; i < shares.Length; i++)
        {
            shares[i] = Math.Exp(scores[i] - most);
            total += shares[i];
        }

        for (int i = 0; i < shares.Length; i++)
        {
            shares[i] /= total;
        }

        return shares;
    }
}
