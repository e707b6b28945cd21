namespace Cluster.Deploy.Tests.Telemetry;

/// <summary>A message of protobuf by the numbers of its fields: OTLP is read without code generated from it.</summary>
internal sealed class ProtobufFields
{
    private readonly List<(int Field, ulong Number, ByteString Bytes)> _fields = [];

    public ProtobufFields(ByteString message)
    {
        var input = message.CreateCodedInput();
        while (input.ReadTag() is var tag and not 0)
        {
            int field = WireFormat.GetTagFieldNumber(tag);
            _fields.Add(WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => (field, input.ReadUInt64(), ByteString.Empty),
                WireFormat.WireType.Fixed64 => (field, input.ReadFixed64(), ByteString.Empty),
                WireFormat.WireType.Fixed32 => (field, input.ReadFixed32(), ByteString.Empty),
                WireFormat.WireType.LengthDelimited => (field, 0, input.ReadBytes()),
                var other => throw new InvalidDataException($"field {field} has wire type {other}"),
            });
        }
    }

    /// <summary>Whether the field was sent.</summary>
    public bool Has(int field) => _fields.Exists(one => one.Field == field);

    /// <summary>The messages of a repeated field, or the one of a field that was sent.</summary>
    public IEnumerable<ProtobufFields> Messages(int field) => All(field).Select(bytes => new ProtobufFields(bytes));

    /// <summary>The text of a field; empty where it was not sent.</summary>
    public string Text(int field) => All(field).LastOrDefault(ByteString.Empty).ToStringUtf8();

    /// <summary>The bytes of a field in hexadecimal; empty where it was not sent.</summary>
    public string Hex(int field) => Convert.ToHexStringLower(All(field).LastOrDefault(ByteString.Empty).Span);

    /// <summary>A whole number, or the bits of a floating one; 0 where it was not sent.</summary>
    public ulong Number(int field) => _fields.LastOrDefault(one => one.Field == field).Number;

    public double Double(int field) => BitConverter.UInt64BitsToDouble(Number(field));

    /// <summary>The 64-bit values of a packed field.</summary>
    public IReadOnlyList<ulong> Packed(int field)
    {
        var values = new List<ulong>();
        foreach (var input in All(field).Select(bytes => bytes.CreateCodedInput()))
        {
            while (!input.IsAtEnd)
            {
                values.Add(input.ReadFixed64());
            }
        }

        return values;
    }

    private IEnumerable<ByteString> All(int field) => _fields.Where(one => one.Field == field).Select(one => one.Bytes);
}
