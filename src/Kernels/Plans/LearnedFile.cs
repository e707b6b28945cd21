using System.Runtime.InteropServices;
using System.Text.Json;
using Cluster.Kernels.Quantization;

namespace Cluster.Kernels.Plans;

/// <summary>
/// The file of learned parameters: 8 bytes of magic, the version and the length of the header (int32, little-endian), a
/// JSON header that lists weights, activations and biases in ordinal order, the body, and the SHA-256 of all before it.
/// The body has, in the header's order, each weight's codes (int8) and scales (float32), then each activation's scale
/// (float32), then each bias (float32), little-endian.
/// </summary>
internal static class LearnedFile
{
    private static readonly SealedFile Format = new(
        "CLSTLERN",
        1,
        "The file of learned parameters",
        "holds no learned parameters; give the one that a reconstruction or a training wrote",
        makeAgain: "learn them again",
        repair: "restore it or learn them again");

    public static byte[] Encode(LearnedParameters parameters)
    {
        using var body = new MemoryStream();
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            WriteAll(json, "weights", parameters.Weights, (name, weights) => WriteWeights(json, body, name, weights));
            WriteAll(json, "activations", parameters.Activations, (name, activation) => WriteActivation(json, body, name, activation));
            WriteAll(json, "biases", parameters.Biases, (name, bias) => WriteBias(json, body, name, bias));
            json.WriteEndObject();
        }

        return Format.Seal(header, body);
    }

    public static LearnedParameters Decode(byte[] bytes) => Format.Open(bytes, Read);

    private static void WriteAll<T>(Utf8JsonWriter json, string list, IReadOnlyDictionary<string, T> items, Action<string, T> write)
    {
        json.WriteStartArray(list);
        foreach (var (name, item) in items.OrderBy(item => item.Key, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            write(name, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteWeights(Utf8JsonWriter json, MemoryStream body, string name, LearnedWeights weights)
    {
        json.WriteString("node", name);
        json.WriteNumber("codes", weights.Codes.Length);
        json.WriteNumber("scales", weights.Scales.Length);
        body.Write(MemoryMarshal.AsBytes<sbyte>(weights.Codes));
        body.Write(MemoryMarshal.AsBytes<float>(weights.Scales));
    }

    private static void WriteActivation(Utf8JsonWriter json, MemoryStream body, string name, QuantizationParameters activation)
    {
        json.WriteString("tensor", name);
        json.WriteNumber("zeroPoint", activation.ZeroPoint);
        json.WriteNumber("minimum", activation.Minimum);
        json.WriteNumber("maximum", activation.Maximum);
        body.Write(MemoryMarshal.AsBytes<float>([activation.Scale]));
    }

    private static void WriteBias(Utf8JsonWriter json, MemoryStream body, string name, float[] bias)
    {
        json.WriteString("node", name);
        json.WriteNumber("channels", bias.Length);
        body.Write(MemoryMarshal.AsBytes<float>(bias));
    }

    private static LearnedParameters Read(JsonElement header, ArraySegment<byte> numbers)
    {
        var body = new Body(numbers);
        var parameters = new LearnedParameters
        {
            Weights = ReadAll(
                header,
                "weights",
                "node",
                entry => new LearnedWeights(body.Take<sbyte>(Count(entry, "codes")), body.Take<float>(Count(entry, "scales")))),
            Activations = ReadAll(header, "activations", "tensor", entry => new QuantizationParameters(
                body.Take<float>(1)[0], Count(entry, "zeroPoint"), Count(entry, "minimum"), Count(entry, "maximum"))),
            Biases = ReadAll(header, "biases", "node", entry => body.Take<float>(Count(entry, "channels"))),
        };
        return body.Rest == 0
            ? parameters
            : throw new DamagedFileException(
                $"The file of learned parameters has {body.Rest} bytes after its last number; learn them again.");
    }

    private static Dictionary<string, T> ReadAll<T>(JsonElement header, string list, string key, Func<JsonElement, T> read)
    {
        var items = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var entry in header.GetProperty(list).EnumerateArray())
        {
            items.Add(entry.GetProperty(key).GetString() ?? string.Empty, read(entry));
        }

        return items;
    }

    private static int Count(JsonElement entry, string member) => entry.GetProperty(member).GetInt32();

    private sealed class Body(ReadOnlyMemory<byte> rest)
    {
        private ReadOnlyMemory<byte> _rest = rest;

        public int Rest => _rest.Length;

        public T[] Take<T>(int count)
            where T : unmanaged
        {
            int size = checked(count * Marshal.SizeOf<T>());
            var taken = MemoryMarshal.Cast<byte, T>(_rest.Span[..size]).ToArray();
            _rest = _rest[size..];
            return taken;
        }
    }
}
