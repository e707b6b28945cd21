using System.Numerics.Tensors;

namespace Cluster.Kernels.Metrics;

/// <summary>
/// KL divergence, in nats, of the softmax of quantized logits from that of the FP32 ones: sum p (log p - log q) for an image. A softmax is
/// taken against its row's maximum, in double.
/// </summary>
internal static class LogitsKl
{
    /// <summary>The mean over images; 0 without any.</summary>
    /// <param name="reference">FP32 logits, (images, classes).</param>
    /// <param name="quantized">The other network's, same shape.</param>
    /// <exception cref="KernelException">The shapes differ.</exception>
    public static double Of(ReadOnlySpan<float> reference, ReadOnlySpan<float> quantized, int classes)
    {
        if (reference.Length != quantized.Length)
        {
            throw new KernelException(
                $"{reference.Length} and {quantized.Length} logits cannot be compared; both networks must answer for the same images.");
        }

        int images = Rows.Count(reference.Length, classes);
        double sum = 0;
        for (int image = 0; image < images; image++)
        {
            sum += Divergence(reference.Slice(image * classes, classes), quantized.Slice(image * classes, classes));
        }

        return images == 0 ? 0 : sum / images;
    }

    /// <summary>KL divergence of one image, never negative.</summary>
    public static double Divergence(ReadOnlySpan<float> reference, ReadOnlySpan<float> quantized)
    {
        double referenceNormalizer = LogSumExp(reference);
        double quantizedNormalizer = LogSumExp(quantized);
        double sum = 0;
        for (int i = 0; i < reference.Length; i++)
        {
            double logP = reference[i] - referenceNormalizer;
            double logQ = quantized[i] - quantizedNormalizer;
            sum += Math.Exp(logP) * (logP - logQ);
        }

        return Math.Max(sum, 0);
    }

    private static double LogSumExp(ReadOnlySpan<float> row)
    {
        double largest = TensorPrimitives.Max(row);
        double sum = 0;
        foreach (float value in row)
        {
            sum += Math.Exp(value - largest);
        }

        return largest + Math.Log(sum);
    }
}
