namespace Cluster.Kernels.Calibration;

/// <summary>The range of real numbers that a calibrator chose; contains 0.</summary>
public readonly record struct CalibrationRange(float Low, float High)
{
    /// <summary>Converts to parameters with unsigned codes 0 to 2^bits - 1, the type of activations.</summary>
    /// <param name="bits">2 to 16.</param>
    public QuantizationParameters ToUnsigned(int bits = 8) => QuantizationParameters.FromRange(Low, High, 0, (1 << bits) - 1);
}
