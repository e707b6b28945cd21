using System.Text.Json;

namespace Cluster.Kernels.Calibration;

/// <summary>
/// The calibration file: 8 bytes of magic, the version and the length of the header (int32, little-endian), a JSON
/// header that lists the tensors, the body, and the SHA-256 of all before it. The body has for each tensor, in the
/// header's order: smallest and largest value of every image (float32, NaN for a number that was not seen), then the
/// positive and the negative counts, each as a varint length without trailing zeros and that many varints.
/// </summary>
internal static class CalibrationFile
{
    private static readonly SealedFile Format = new(
        "CLSTCALB",
        1,
        "The calibration file",
        "is not a calibration file; give the one that a calibration wrote, or calibrate again",
        makeAgain: "calibrate again",
        repair: "calibrate again");

    public static byte[] Encode(IEnumerable<ActivationHistogram> histograms)
    {
        using var body = new MemoryStream();
        using var header = new MemoryStream();
        using (var writer = new BinaryWriter(body, System.Text.Encoding.UTF8, leaveOpen: true))
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            json.WriteStartArray("tensors");
            foreach (var histogram in histograms)
            {
                WriteHeader(json, histogram);
                WriteBody(writer, histogram);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Format.Seal(header, body);
    }

    public static List<ActivationHistogram> Decode(byte[] bytes) => Format.Open(bytes, ReadTensors);

    private static List<ActivationHistogram> ReadTensors(JsonElement header, ArraySegment<byte> content)
    {
        using var body = new MemoryStream(content.Array!, content.Offset, content.Count, writable: false);
        using var reader = new BinaryReader(body);
        var histograms = new List<ActivationHistogram>();
        foreach (var tensor in header.GetProperty("tensors").EnumerateArray())
        {
            histograms.Add(ReadTensor(tensor, reader));
        }

        return body.Position == body.Length
            ? histograms
            : throw new DamagedFileException(
                $"The calibration file has {body.Length - body.Position} bytes after its last tensor; calibrate again.");
    }

    private static void WriteHeader(Utf8JsonWriter json, ActivationHistogram histogram)
    {
        json.WriteStartObject();
        json.WriteString("name", histogram.Name);
        json.WriteNumber("count", histogram.Count);
        json.WriteNumber("zeros", histogram.ZeroCount);
        json.WriteNumber("min", histogram.Min);
        json.WriteNumber("max", histogram.Max);
        json.WriteNumber("exponent", histogram.Exponent);
        json.WriteNumber("imageNumbers", histogram.ImageMinima.Length);
        json.WriteEndObject();
    }

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

    private static ActivationHistogram ReadTensor(JsonElement tensor, BinaryReader reader)
    {
        var histogram = new ActivationHistogram(tensor.GetProperty("name").GetString() ?? string.Empty);
        int numbers = tensor.GetProperty("imageNumbers").GetInt32();
        var minima = new List<float>();
        var maxima = new List<float>();
        for (int i = 0; i < numbers; i++)
        {
            minima.Add(reader.ReadSingle());
            maxima.Add(reader.ReadSingle());
        }

        long[] positive = ReadCounts(reader, histogram.Name);
        long[] negative = ReadCounts(reader, histogram.Name);
        if (minima.Any(float.IsFinite))
        {
            histogram.Restore(
                tensor.GetProperty("exponent").GetInt32(),
                positive,
                negative,
                tensor.GetProperty("zeros").GetInt64(),
                [.. minima],
                [.. maxima]);
        }

        if (histogram.Count != tensor.GetProperty("count").GetInt64()
            || histogram.Min != tensor.GetProperty("min").GetSingle()
            || histogram.Max != tensor.GetProperty("max").GetSingle())
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
}
