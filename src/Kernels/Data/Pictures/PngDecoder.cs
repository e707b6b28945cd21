using System.Buffers.Binary;
using System.IO.Compression;

namespace Cluster.Kernels.Data.Pictures;

/// <summary>
/// Decodes PNG files (ISO/IEC 15948) that are not interlaced. Grey stays one channel, colours and palettes are RGB; of 16
/// bits the upper eight are taken, transparency is left out.
/// </summary>
internal static class PngDecoder
{
    /// <summary>Larger pictures are refused before memory is taken for them.</summary>
    private const int MaximumSide = 1 << 14;

    /// <summary>Nothing that deflate packs grows by more when it is unpacked (zlib's technical details: 1032 to 1).</summary>
    private const long LargestRatio = 1100;

    private const int ChunkFrame = 12; // length, type, checksum

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Whether a file begins as PNG files do.</summary>
    public static bool Is(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    /// <summary>Decodes one picture.</summary>
    /// <param name="name">The file's name as the user knows it.</param>
    /// <returns>Pixels are (Height, Width, 1 or 3).</returns>
    public static (int Width, int Height, byte[] Pixels) Decode(ReadOnlySpan<byte> file, string name)
    {
        PngHeader? header = null;
        byte[] palette = [];
        using var data = new MemoryStream();
        for (int at = Signature.Length; at + ChunkFrame <= file.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            if (length > file.Length - at - ChunkFrame)
            {
                break;
            }

            var type = file.Slice(at + 4, 4);
            var body = file.Slice(at + 8, (int)length);
            if (type.SequenceEqual("IHDR"u8))
            {
                header = PngHeader.Read(body, MaximumSide) ?? throw Refuse(
                    name, $"its header is damaged or asks for what is not read: interlacing, or more than {MaximumSide} pixels a side");
            }
            else if (type.SequenceEqual("PLTE"u8))
            {
                palette = body.ToArray();
            }
            else if (type.SequenceEqual("IDAT"u8))
            {
                data.Write(body);
            }

            at += ChunkFrame + (int)length;
        }

        if (header is null || data.Length == 0)
        {
            throw Refuse(name, "it has no header or no pixels; it is damaged or cut off");
        }

        data.Position = 0;
        byte[] rows = Inflate(data, header, name);
        PngFilters.Undo(rows, header.RowBytes, header.PixelBytes);
        return (header.Width, header.Height, Samples(header, rows, palette, name));
    }

    private static byte[] Inflate(MemoryStream data, PngHeader header, string name)
    {
        long length = (header.RowBytes + 1L) * header.Height;
        if (length > data.Length * LargestRatio || length > Array.MaxLength)
        {
            throw Refuse(name, "it has fewer pixels than its header says, or too many for one array");
        }

        byte[] rows = new byte[length];
        try
        {
            using var inflated = new ZLibStream(data, CompressionMode.Decompress);
            inflated.ReadExactly(rows);
            return rows;
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException)
        {
            // An IOException where they end too soon, and where they want a dictionary of the writer's own.
            throw new KernelException(Refuse(name, "its pixels are damaged or cut off").Message, failure);
        }
    }

    private static byte[] Samples(PngHeader header, byte[] rows, byte[] palette, string name)
    {
        int kept = header.IsGrey ? 1 : 3;
        byte[] pixels = new byte[checked(header.Width * header.Height * kept)];
        for (int y = 0, target = 0; y < header.Height; y++)
        {
            var row = rows.AsSpan((y * (header.RowBytes + 1)) + 1, header.RowBytes);
            for (int x = 0; x < header.Width; x++, target += kept)
            {
                if (!header.IsPalette)
                {
                    for (int channel = 0; channel < kept; channel++)
                    {
                        pixels[target + channel] = header.Sample(row, (x * header.Channels) + channel);
                    }

                    continue;
                }

                int entry = 3 * header.Index(row, x);
                if (entry + 3 > palette.Length)
                {
                    throw Refuse(name, "a pixel has a colour that its palette lacks");
                }

                palette.AsSpan(entry, 3).CopyTo(pixels.AsSpan(target));
            }
        }

        return pixels;
    }

    private static KernelException Refuse(string name, string why) => new(
        $"{name} cannot be read as a PNG picture: {why}; save it again as a plain PNG of 1 to 16 bits.");
}
