using System.Buffers.Binary;

namespace Cluster.Mutations;

/// <summary>A small picture, written by the standard's own order of steps.</summary>
internal static class PngSample
{
    private const byte Side = 6;
    private const byte Colours = 3;
    private const int HeaderLength = 13;

    // Width, height, bits, kind of colour, packing, filters, interlacing; then filter and pixels of each row.
    private static byte[] Content(byte kind, int channels) =>
    [
        0, 0, 0, Side, 0, 0, 0, Side, 8, kind, 0, 0, 0,
        .. Enumerable.Range(0, Side).SelectMany(row => (byte[])[(byte)(row % 5), .. new byte[Side * channels]]),
    ];

    /// <summary>A file of colours.</summary>
    public static byte[] Good() => File(Content(2, Colours));

    /// <summary>Header and rows before they are packed, of colours.</summary>
    public static byte[] Plain() => Content(2, Colours);

    /// <summary>The same of a palette.</summary>
    public static byte[] Indexed() => Content(3, 1);

    /// <summary>The file of a header and rows.</summary>
    public static byte[] File(byte[] content)
    {
        using var packed = new MemoryStream();
        int header = Math.Min(HeaderLength, content.Length);
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(content.AsSpan(header));
        }

        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Chunk(file, "IHDR"u8, content.AsSpan(0, header));
        Chunk(file, "PLTE"u8, [1, 2, 3, 250, 251, 252]);
        Chunk(file, "IDAT"u8, packed.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> body)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, body.Length);
        file.Write(number);
        file.Write(type);
        file.Write(body);
        byte[] summed = [.. type, .. body];
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(summed));
        file.Write(number);
    }

    // The standard's own: the remainder by 0xEDB88320, bits in reverse.
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint sum = uint.MaxValue;
        foreach (byte value in bytes)
        {
            sum ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                sum = (sum >> 1) ^ ((sum & 1) * 0xEDB88320);
            }
        }

        return ~sum;
    }
}
