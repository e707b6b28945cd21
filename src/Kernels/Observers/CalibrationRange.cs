using Cluster.Kernels.Quantization;

namespace Cluster.Kernels.Observers;

/// <summary>The real numbers that a calibrator decided to represent; contains 0.</summary>
public readonly record struct CalibrationRange(float Low, float High)
{
    /// <summary>Unsigned 8-bit parameters, the type of activations.</summary>
    public QuantizationParameters ToUInt8() => QuantizationParameters.FromRange(Low, High, byte.MinValue, byte.MaxValue);
}
