namespace Cluster.Kernels.Evaluation.Measurement;

/// <summary>
/// Mean KL divergence, in nats, of the softmax of quantized logits from that of the FP32 ones: sum p (log p - log q)
/// for an image. Accumulates over batches; a softmax is taken against its row's maximum, in double.
/// </summary>
internal sealed class LogitsKl
{
    private double _sum;

    /// <summary>Images so far.</summary>
    public long Images { get; private set; }

    /// <summary>Nats per image; 0 if no image was added.</summary>
    public double Mean => Images == 0 ? 0 : _sum / Images;

    /// <summary>Adds a batch.</summary>
    /// <param name="reference">FP32 logits, (images, classes).</param>
    /// <param name="quantized">The other network's, same shape.</param>
    /// <exception cref="KernelException">The shapes differ.</exception>
    public void Add(ReadOnlySpan<float> reference, ReadOnlySpan<float> quantized, int classes)
    {
        if (reference.Length != quantized.Length)
        {
            throw new KernelException(
                $"{reference.Length} and {quantized.Length} logits cannot be compared; both networks must answer for the same images.");
        }

        int images = Rows.Count(reference.Length, classes);
        for (int image = 0; image < images; image++)
        {
            _sum += Divergence(reference.Slice(image * classes, classes), quantized.Slice(image * classes, classes));
        }

        Images += images;
    }

    /// <summary>The mean of one batch.</summary>
    public static double Of(ReadOnlySpan<float> reference, ReadOnlySpan<float> quantized, int classes)
    {
        var accumulator = new LogitsKl();
        accumulator.Add(reference, quantized, classes);
        return accumulator.Mean;
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
        double largest = double.NegativeInfinity;
        foreach (float value in row)
        {
            largest = Math.Max(largest, value);
        }

        double sum = 0;
        foreach (float value in row)
        {
            sum += Math.Exp(value - largest);
        }

        return largest + Math.Log(sum);
    }
}
