namespace Cluster.Kernels.Evaluation.Measurement;

/// <summary>
/// Signal against quantization noise, from sums that batches may be added to: SQNR = 10 log10(sum a^2 / sum (a-q)^2) in dB, noise over
/// signal, and the cosine a.q / (|a||q|).
/// </summary>
public sealed class SignalToNoise
{
    private double _signal;
    private double _noise;
    private double _product;
    private double _quantizedSignal;

    /// <summary>Elements so far.</summary>
    public long Count { get; private set; }

    /// <summary>Signal-to-quantization-noise ratio in dB; +infinity without noise, -infinity for noise without signal, NaN where nothing was added.</summary>
    public double Decibels => Count == 0 ? double.NaN : _noise == 0 ? double.PositiveInfinity : 10 * Math.Log10(_signal / _noise);

    /// <summary>sum (a-q)^2 / sum a^2; lower is better. 0 without noise.</summary>
    public double NoiseOverSignal => _noise == 0 ? 0 : _noise / _signal;

    /// <summary>Mean of (a-q)^2.</summary>
    public double MeanSquaredError => Count == 0 ? 0 : _noise / Count;

    /// <summary>Cosine of the angle, -1..1; 1 where both are zero, 0 where one is.</summary>
    public double Cosine => (_signal, _quantizedSignal) switch
    {
        (0, 0) => 1,
        (0, _) or (_, 0) => 0,
        _ => _product / (Math.Sqrt(_signal) * Math.Sqrt(_quantizedSignal)),
    };

    /// <summary>Adds elements of the FP32 tensor and of the quantized one.</summary>
    /// <exception cref="KernelException">The lengths differ.</exception>
    public void Add(ReadOnlySpan<float> reference, ReadOnlySpan<float> quantized)
    {
        if (reference.Length != quantized.Length)
        {
            throw new KernelException($"Tensors of {reference.Length} and {quantized.Length} elements cannot be compared; they must have the same shape.");
        }

        for (int i = 0; i < reference.Length; i++)
        {
            double a = reference[i];
            double q = quantized[i];
            _signal += a * a;
            _noise += (a - q) * (a - q);
            _product += a * q;
            _quantizedSignal += q * q;
        }

        Count += reference.Length;
    }
}
