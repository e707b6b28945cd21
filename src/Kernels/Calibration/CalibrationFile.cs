namespace Cluster.Kernels.Calibration;

/// <summary>
/// The calibration file: 8 bytes of magic, the version and the length of the header (int32, little-endian), a JSON
/// header that lists the tensors, the body, and the SHA-256 of all before it. The body has for each tensor, in the
/// header's order: smallest and largest value of every image (float32, NaN for a number that was not seen), then the
/// positive and the negative counts, each as a varint length without trailing zeros and that many varints.
/// </summary>
internal static class CalibrationFile
{
    private static readonly SealedFile<Header> Format = new(
        "CLSTCALB",
        1,
        "The calibration file",
        "is not a calibration file; give the one that a calibration wrote, or calibrate again",
        makeAgain: "calibrate again",
        repair: "calibrate again");

    public static byte[] Encode(IEnumerable<ActivationHistogram> histograms)
    {
        using var body = new MemoryStream();
        using var writer = new BinaryWriter(body);
        var tensors = new List<Tensor>();
        foreach (var histogram in histograms)
        {
            tensors.Add(new Tensor(
                histogram.Name,
                histogram.Count,
                histogram.ZeroCount,
                histogram.Min,
                histogram.Max,
                histogram.Exponent,
                histogram.ImageMinima.Length,
                histogram.HasInfinity ? true : null));
            WriteBody(writer, histogram);
        }

        return Format.Seal(new Header(tensors), body);
    }

    public static List<ActivationHistogram> Decode(byte[] bytes) =>
        Format.Open<List<ActivationHistogram>>(bytes, (header, body) => [.. header.Tensors.Select(tensor => ReadTensor(tensor, body))]);

    private static void WriteBody(BinaryWriter writer, ActivationHistogram histogram)
    {
        for (int image = 0; image < histogram.ImageMinima.Length; image++)
        {
            writer.Write(histogram.ImageMinima[image]);
            writer.Write(histogram.ImageMaxima[image]);
        }

        WriteCounts(writer, histogram.Positive);
        WriteCounts(writer, histogram.Negative);
    }

    private static void WriteCounts(BinaryWriter writer, ReadOnlySpan<long> counts)
    {
        int length = counts.LastIndexOfAnyExcept(0L) + 1;
        writer.Write7BitEncodedInt(length);
        foreach (long count in counts[..length])
        {
            writer.Write7BitEncodedInt64(count);
        }
    }

    private static ActivationHistogram ReadTensor(Tensor tensor, BinaryReader reader)
    {
        var histogram = new ActivationHistogram(tensor.Name);
        var minima = new List<float>();
        var maxima = new List<float>();
        for (int i = 0; i < tensor.ImageNumbers; i++)
        {
            minima.Add(reader.ReadSingle());
            maxima.Add(reader.ReadSingle());
        }

        long[] positive = ReadCounts(reader, histogram.Name);
        long[] negative = ReadCounts(reader, histogram.Name);
        if (minima.Any(float.IsFinite))
        {
            histogram.Restore(tensor.Exponent, positive, negative, tensor.Zeros, [.. minima], [.. maxima]);
        }

        if (tensor.Infinite is true)
        {
            histogram.ForgetAllButInfinity();
        }

        if (histogram.Count != tensor.Count || histogram.Min != tensor.Min || histogram.Max != tensor.Max)
        {
            throw new DamagedFileException($"The calibration file contradicts itself about tensor '{histogram.Name}'; calibrate again.");
        }

        return histogram;
    }

    private static long[] ReadCounts(BinaryReader reader, string name)
    {
        int length = reader.Read7BitEncodedInt();
        if (length is < 0 or > ActivationHistogram.BinsPerSide)
        {
            throw new DamagedFileException(
                $"The calibration file has {length} bins for tensor '{name}' and at most {ActivationHistogram.BinsPerSide} are "
                + "possible; calibrate again.");
        }

        long[] counts = new long[length];
        for (int i = 0; i < length; i++)
        {
            counts[i] = reader.Read7BitEncodedInt64();
        }

        return counts;
    }

    private sealed record Header(IReadOnlyList<Tensor> Tensors);

    private sealed record Tensor(string Name, long Count, long Zeros, float Min, float Max, int Exponent, int ImageNumbers, bool? Infinite);
}
