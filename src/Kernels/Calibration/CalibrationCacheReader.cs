namespace Cluster.Kernels.Calibration;

/// <summary>Reads TensorRT's calibration cache; see <see cref="CalibrationCacheWriter"/> for the format.</summary>
public static class CalibrationCacheReader
{
    private const string Mark = "TRT-";
    private const int HexDigits = 8;

    /// <summary>Returns the largest magnitude of each tensor in the cache.</summary>
    /// <param name="name">The file's name for messages.</param>
    /// <exception cref="KernelException">A line is malformed; the message gives its number.</exception>
    public static IReadOnlyDictionary<string, float> Read(TextReader reader, string name)
    {
        if (reader.ReadLine() is not { } first || !first.StartsWith(Mark, StringComparison.Ordinal))
        {
            throw new KernelException(
                $"'{name}' does not begin with {Mark}…; a calibration cache of TensorRT, such as calibration.cache, is expected.");
        }

        var tensors = new Dictionary<string, float>(StringComparer.Ordinal);
        for (int number = 2; reader.ReadLine() is { } line; number++)
        {
            if (line.Length == 0)
            {
                continue;
            }

            int end = line.LastIndexOf(": ", StringComparison.Ordinal);
            string digits = end < 1 ? string.Empty : line[(end + 2)..].TrimEnd();
            if (digits.Length != HexDigits
                || !uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint bits)
                || BitConverter.UInt32BitsToSingle(bits) is not (> 0 and < float.PositiveInfinity and var scale))
            {
                throw new KernelException(
                    $"Line {number} of '{name}' is not a tensor's name, a colon and the {HexDigits} hex digits of a positive scale.");
            }

            if (!tensors.TryAdd(line[..end], scale * sbyte.MaxValue))
            {
                throw new KernelException($"Line {number} of '{name}' names the tensor '{line[..end]}' again; one line each is expected.");
            }
        }

        return tensors;
    }
}
