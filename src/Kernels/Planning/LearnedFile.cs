using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Cluster.Kernels.Quantization;

namespace Cluster.Kernels.Planning;

/// <summary>
/// The file of learned parameters: 8 bytes of magic, the version and the length of the header (int32, little-endian), a JSON header that lists
/// weights, activations and biases in ordinal order, the body, and the SHA-256 of all before it. The body has, in the header's order, each weight's
/// codes (int8) and scales (float32), then each activation's scale (float32), then each bias (float32), little-endian.
/// </summary>
internal static class LearnedFile
{
    private const int Version = 1;
    private const int PrefixLength = 16;

    private static ReadOnlySpan<byte> Magic => "CLSTLERN"u8;

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

        byte[] bytes = new byte[PrefixLength + header.Length + body.Length + SHA256.HashSizeInBytes];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), (int)header.Length);
        header.ToArray().CopyTo(bytes, PrefixLength);
        body.ToArray().CopyTo(bytes, PrefixLength + header.Length);
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - SHA256.HashSizeInBytes), bytes.AsSpan(bytes.Length - SHA256.HashSizeInBytes));
        return bytes;
    }

    public static LearnedParameters Decode(byte[] bytes)
    {
        if (bytes.Length < PrefixLength + SHA256.HashSizeInBytes || !bytes.AsSpan(0, 8).SequenceEqual(Magic))
        {
            throw new KernelException($"A file of {bytes.Length} bytes holds no learned parameters; give the one that a reconstruction or a training wrote.");
        }

        int version = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8));
        if (version != Version)
        {
            throw new KernelException($"The file of learned parameters has version {version} and this program reads version {Version}; learn them again.");
        }

        int end = bytes.Length - SHA256.HashSizeInBytes;
        if (!SHA256.HashData(bytes.AsSpan(0, end)).AsSpan().SequenceEqual(bytes.AsSpan(end)))
        {
            throw new KernelException("The file of learned parameters is damaged: its checksum does not match its content; restore it or learn them again.");
        }

        try
        {
            return Read(bytes, end);
        }
        catch (Exception exception) when (exception is JsonException or IOException or ArgumentException or FormatException or InvalidOperationException or KeyNotFoundException or OverflowException)
        {
            throw new KernelException($"The file of learned parameters is malformed ({exception.Message}); learn them again.", exception);
        }
    }

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

    private static LearnedParameters Read(byte[] bytes, int end)
    {
        int headerLength = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12));
        using var header = JsonDocument.Parse(bytes.AsMemory(PrefixLength, headerLength));
        var body = new Body(bytes.AsMemory(PrefixLength + headerLength, end - PrefixLength - headerLength));
        var parameters = new LearnedParameters
        {
            Weights = ReadAll(header, "weights", "node", entry => new LearnedWeights(body.Take<sbyte>(Count(entry, "codes")), body.Take<float>(Count(entry, "scales")))),
            Activations = ReadAll(header, "activations", "tensor", entry => new QuantizationParameters(
                body.Take<float>(1)[0], Count(entry, "zeroPoint"), Count(entry, "minimum"), Count(entry, "maximum"))),
            Biases = ReadAll(header, "biases", "node", entry => body.Take<float>(Count(entry, "channels"))),
        };
        return body.Rest == 0 ? parameters : throw new KernelException($"The file of learned parameters has {body.Rest} bytes after its last number; learn them again.");
    }

    private static Dictionary<string, T> ReadAll<T>(JsonDocument header, string list, string key, Func<JsonElement, T> read)
    {
        var items = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var entry in header.RootElement.GetProperty(list).EnumerateArray())
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
