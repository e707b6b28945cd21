namespace Cluster.DataSpecs.Models;

/// <summary>A field of a message in protobuf's wire format, as offsets into the bytes that hold it.</summary>
/// <param name="Number">The field's number.</param>
/// <param name="Wire">0: varint, 1: 8 bytes, 2: a length and that many bytes, 5: 4 bytes.</param>
/// <param name="Start">Offset of its tag.</param>
/// <param name="Length">Offset of the length for wire type 2; else of the value.</param>
/// <param name="Payload">Offset of its value.</param>
/// <param name="End">Offset after its value.</param>
/// <param name="Varint">The value of wire type 0; 0 for others.</param>
internal readonly record struct ProtoField(int Number, int Wire, int Start, int Length, int Payload, int End, ulong Varint);

/// <summary>Walks the fields of one message. The real parser reports damage; here it only ends the walk.</summary>
internal ref struct ProtoFields(ReadOnlySpan<byte> bytes, int from, int to)
{
    public const int VarintWire = 0;
    public const int LengthWire = 2;
    private const int EightByteWire = 1;
    private const int FourByteWire = 5;

    private readonly ReadOnlySpan<byte> _bytes = bytes[..to];
    private int _at = from;

    public ProtoField Current { get; private set; }

    /// <summary>Whether invalid bytes were found, or a group, which today's formats do not have.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Moves to the next field; false at the end, or if the bytes are invalid.</summary>
    public bool MoveNext()
    {
        if (IsDamaged || _at >= _bytes.Length)
        {
            return false;
        }

        int at = _at;
        IsDamaged = !TryRead(ref at, out var field);
        (_at, Current) = (at, field);
        return !IsDamaged;
    }

    /// <summary>Reads a varint at an offset and moves the offset behind it.</summary>
    public static bool TryVarint(ReadOnlySpan<byte> bytes, ref int at, out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 64 && at < bytes.Length; shift += 7)
        {
            byte next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A number as a varint.</summary>
    public static byte[] Varint(long value)
    {
        var bytes = new List<byte>();
        for (; value > 0x7F; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }

    private readonly bool TryRead(ref int at, out ProtoField field)
    {
        field = default;
        int start = at;
        if (!TryVarint(_bytes, ref at, out ulong tag) || tag > uint.MaxValue)
        {
            return false;
        }

        int wire = (int)(tag & 7);
        int length = at;
        ulong value = 0;
        ulong size = wire switch { EightByteWire => 8, FourByteWire => 4, _ => 0 };
        bool isRead = wire switch
        {
            VarintWire => TryVarint(_bytes, ref at, out value),
            LengthWire => TryVarint(_bytes, ref at, out size),
            _ => size > 0,
        };
        if (!isRead || size > (ulong)(_bytes.Length - at))
        {
            return false;
        }

        // The value of a varint was skipped.
        int payload = wire == VarintWire ? length : at;
        at += (int)size;
        field = new ProtoField((int)(tag >> 3), wire, start, length, payload, at, value);
        return true;
    }
}
