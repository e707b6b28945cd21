namespace Cluster.Kernels.Calibration;

/// <summary>
/// Writes TensorRT's calibration cache: a first line <c>TRT-8501-EntropyCalibration2</c> (version, calibrator) and for each tensor <c>name:
/// 3c010204</c>, the scale amax / 127 as the eight hex digits of its float32, most significant first. NVIDIA documents no format; this is
/// what TensorRT writes (issue NVIDIA/TensorRT#2958 shows one) and what NVIDIA's TAO exporter writes for it (amax / 127, hex of the bits).
/// TensorRT may refuse the file if its version differs from the first line's.
/// </summary>
public static class CalibrationCacheWriter
{
    /// <summary>Writes the tensors in the given order, lines ending in a single line feed.</summary>
    /// <param name="tensors">Name and largest magnitude; an amax of 0 gets the scale 1.</param>
    /// <exception cref="KernelException">A name is empty or has a line break, appears twice, or an amax is NaN,
    /// infinite or negative.</exception>
    public static void Write(TextWriter writer, IEnumerable<(string Tensor, float Amax)> tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        writer.Write("TRT-8501-EntropyCalibration2\n");
        foreach ((string tensor, float amax) in tensors)
        {
            // Everything else is allowed, spaces and colons too: readers split at the last colon.
            if (tensor.Length == 0 || tensor.AsSpan().IndexOfAny('\r', '\n') >= 0)
            {
                throw new KernelException(
                    $"The tensor name '{tensor.ReplaceLineEndings("\\n")}' cannot stand in a TensorRT calibration cache; rename "
                    + "the tensor: a name is one line and not empty.");
            }

            if (!names.Add(tensor))
            {
                throw new KernelException($"Tensor '{tensor}' was given twice for the TensorRT calibration cache; each has one scale.");
            }

            if (!float.IsFinite(amax) || amax < 0)
            {
                throw new KernelException(
                    $"Tensor '{tensor}' has the largest magnitude {amax}; a TensorRT calibration cache needs a finite one "
                    + "that is not negative.");
            }

            float scale = amax == 0 ? 1f : amax / 127f;
            writer.Write($"{tensor}: {BitConverter.SingleToUInt32Bits(scale):x8}\n");
        }
    }
}
