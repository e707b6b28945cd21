namespace Cluster.DataSpecs.Models;

/// <summary>A tensor of an ONNX file whose values are in another file.</summary>
/// <param name="Name">The tensor's name; empty for a tensor of an attribute.</param>
/// <param name="Location">The other file, relative to the model's folder.</param>
/// <param name="Offset">The offset of its values, in bytes.</param>
/// <param name="Length">The length of its values, from type and shape, in bytes.</param>
internal sealed record ExternalTensor(string Name, string Location, long Offset, long Length)
{
    private const int ExternalLocation = 1;

    /// <summary>The fields of a tensor that say where its values are.</summary>
    public byte[] Reference =>
    [
        .. Entry("location", Location), .. Entry("offset", $"{Offset}"), .. Entry("length", $"{Length}"),
        (DataLocation << 3) | ProtoFields.VarintWire, ExternalLocation,
    ];

    /// <summary>Whether a field holds a tensor's values or says where they are.</summary>
    public static bool IsOfValues(int field) => field is 4 or 5 or 6 or 7 or RawData or 10 or 11 or ExternalData or DataLocation;

    public const int RawData = 9;
    private const int Dimensions = 1;
    private const int DataType = 2;
    private const int NameField = 8;
    private const int ExternalData = 13;
    private const int DataLocation = 14;

    /// <summary>The external tensor of a message; null if the message holds its values itself, or is damaged.</summary>
    /// <exception cref="DataSpecException">Its statements about the other file are impossible.</exception>
    public static ExternalTensor? Of(ReadOnlySpan<byte> bytes, int from, int to, string model)
    {
        var dimensions = new List<ulong>();
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        string name = string.Empty;
        ulong type = 0;
        bool isExternal = false;
        var fields = new ProtoFields(bytes, from, to);
        while (fields.MoveNext())
        {
            var field = fields.Current;
            var payload = bytes[field.Payload..field.End];
            switch (field.Number, field.Wire)
            {
                case (Dimensions, ProtoFields.VarintWire):
                    dimensions.Add(field.Varint);
                    break;
                case (Dimensions, ProtoFields.LengthWire):
                    AddPacked(dimensions, payload);
                    break;
                case (DataType, ProtoFields.VarintWire):
                    type = field.Varint;
                    break;
                case (NameField, ProtoFields.LengthWire):
                    name = Encoding.UTF8.GetString(payload);
                    break;
                case (ExternalData, ProtoFields.LengthWire):
                    isExternal = true;
                    AddEntry(entries, bytes, field);
                    break;
                case (DataLocation, ProtoFields.VarintWire):
                    isExternal |= field.Varint == ExternalLocation;
                    break;
            }
        }

        return isExternal && !fields.IsDamaged ? new Stated(model, name, entries).Tensor(type, dimensions) : null;
    }

    private static byte[] Entry(string key, string value) =>
        Text(ExternalData, [.. Text(1, Encoding.UTF8.GetBytes(key)), .. Text(2, Encoding.UTF8.GetBytes(value))]);

    private static byte[] Text(int field, byte[] bytes) =>
        [(byte)((field << 3) | ProtoFields.LengthWire), .. ProtoFields.Varint(bytes.Length), .. bytes];

    private static void AddPacked(List<ulong> dimensions, ReadOnlySpan<byte> payload)
    {
        for (int at = 0; at < payload.Length && ProtoFields.TryVarint(payload, ref at, out ulong size);)
        {
            dimensions.Add(size);
        }
    }

    private static void AddEntry(Dictionary<string, string> entries, ReadOnlySpan<byte> bytes, ProtoField entry)
    {
        string key = string.Empty;
        string value = string.Empty;
        var fields = new ProtoFields(bytes, entry.Payload, entry.End);
        while (fields.MoveNext())
        {
            string text = Encoding.UTF8.GetString(bytes[fields.Current.Payload..fields.Current.End]);
            (key, value) = fields.Current.Number switch { 1 => (text, value), 2 => (key, text), _ => (key, value) };
        }

        entries[key] = value;
    }

    // A tensor's statements before they are checked.
    private sealed record Stated(string Model, string Name, Dictionary<string, string> Entries)
    {
        private string What => $"The tensor '{Name}' of '{Model}'";

        public ExternalTensor Tensor(ulong type, List<ulong> dimensions)
        {
            if (!Entries.TryGetValue("location", out string? location) || location.Length == 0)
            {
                throw new DataSpecException(
                    $"{What} keeps its data in another file but does not say in which; the file is damaged: export it again.");
            }

            long expected = ByteCount(type, dimensions);
            long offset = Number("offset") ?? 0;

            // ONNX Runtime treats a length of 0 as not stated.
            long length = Number("length") is { } stated and > 0 ? stated : expected;
            return length == expected
                ? new ExternalTensor(Name, location, offset, expected)
                : throw new DataSpecException(
                    $"{What} says that '{location}' holds {length} bytes of it where its type and shape "
                    + $"[{string.Join(',', dimensions)}] need {expected}; the file is damaged: export it again.");
        }

        private long? Number(string key)
        {
            if (!Entries.TryGetValue(key, out string? text))
            {
                return null;
            }

            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
                ? number
                : throw new DataSpecException(
                    $"{What} has the {key} '{text}' of its data in another file where a number of bytes is expected; the file is damaged: "
                    + "export it again.");
        }

        private long ByteCount(ulong type, List<ulong> dimensions)
        {
            // By the values of TensorProto.DataType.
            int bits = type switch
            {
                2 or 3 or 9 => 8,
                4 or 5 or 10 or 16 => 16,
                1 or 6 or 12 => 32,
                7 or 11 or 13 => 64,
                21 or 22 => 4,
                _ => throw new DataSpecException(
                    $"{What} keeps its data in another file and has element type {type}; expected float, double, float16, bfloat16, bool "
                    + "or an integer of 4 to 64 bits."),
            };
            UInt128 count = 1;
            foreach (ulong size in dimensions)
            {
                count = size == 0 ? 0 : count > uint.MaxValue || size > uint.MaxValue ? UInt128.MaxValue >> 64 : count * size;
            }

            return count <= int.MaxValue
                ? (((long)count * bits) + 7) / 8
                : throw new DataSpecException(
                    $"{What} declares the shape [{string.Join(',', dimensions.Select(size => (long)size))}]; expected dimensions that are "
                    + "not negative and fewer than 2^31 elements.");
        }
    }
}
