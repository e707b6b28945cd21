using SkiaSharp;

namespace Cluster.Data.Pictures;

/// <summary>
/// Decodes JPEG and PNG files to the pixels that Pillow reads from them: color profiles, gamma and orientation are ignored, transparency is
/// dropped, of 16 bits the upper eight are kept. The format is recognised by a file's first bytes, not its name.
/// </summary>
internal static class PictureFile
{
    /// <summary>Deflate packs at most 1032 bytes into one (zlib's technical details), and PNG at most eight pixels into a byte.</summary>
    private const long MaximumPngPixelsPerByte = 1032 * 8;

    private const int PngColorTypeAt = 25;

    internal static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> JpegSignature => [0xFF, 0xD8, 0xFF];

    /// <summary>Decodes one picture.</summary>
    /// <param name="name">The file's name as the user knows it.</param>
    /// <returns>Pixels are (Height, Width, 3) in RGB, or (Height, Width, 1) of a grey PNG file; a grey JPEG file gives RGB too.</returns>
    /// <exception cref="KernelException">It is no JPEG or PNG file, damaged, cut off or too large.</exception>
    public static (int Width, int Height, byte[] Pixels) Decode(ReadOnlySpan<byte> file, string name)
    {
        // Only these two formats: every further decoder would be exposed to files from strangers.
        bool isPng = file.StartsWith(PngSignature);
        if (!isPng && !file.StartsWith(JpegSignature))
        {
            throw Refuse(name, "it begins neither as a JPEG nor as a PNG file does");
        }

        using var data = SKData.CreateCopy(file);
        using var stream = new SKMemoryStream(data);
        using var codec = SKCodec.Create(stream, out var result);
        if (result != SKCodecResult.Success)
        {
            throw Refuse(name, "its header is damaged or cut off");
        }

        var (width, height) = (codec.Info.Width, codec.Info.Height);

        // Before memory is allocated for it.
        if (width > PictureSize.Largest || height > PictureSize.Largest)
        {
            throw Refuse(name, $"it is {width} x {height} pixels but at most {PictureSize.Largest} x {PictureSize.Largest} are read");
        }

        if (isPng ? (long)width * height > file.Length * MaximumPngPixelsPerByte : !JpegFile.HasEnd(file))
        {
            throw Refuse(name, "it is cut off");
        }

        // Skia misreads the transparent pixels of a PNG file whose sBIT chunk says 5, 6 and 5 bits.
        if (codec.Info is { ColorType: SKColorType.Rgb565, AlphaType: not SKAlphaType.Opaque })
        {
            throw Refuse(name, "it is a PNG file of 16-bit colors with transparency");
        }

        // No color space: nothing is converted. Not multiplied by alpha: transparent pixels lose nothing.
        result = codec.GetPixels(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul), out byte[] rgba);
        return result == SKCodecResult.Success
            ? (width, height, Channels(rgba, isPng && file[PngColorTypeAt] is 0 or 4 ? 1 : 3))
            : throw Refuse(name, result == SKCodecResult.IncompleteInput ? "it is cut off" : "its pixels are damaged");
    }

    /// <summary>The luminance of each pixel (ITU-R BT.601), rounded as Pillow's <c>convert('L')</c> does.</summary>
    /// <param name="pixels">(area, 3) in RGB, or grey, which stays as it is.</param>
    public static byte[] Grey(byte[] pixels, int area)
    {
        if (pixels.Length == area)
        {
            return pixels;
        }

        // 0.299, 0.587 and 0.114 in units of 1 / 65536.
        byte[] grey = GC.AllocateUninitializedArray<byte>(area);
        for (int i = 0, j = 0; i < area; i++, j += 3)
        {
            grey[i] = (byte)(((19595 * pixels[j]) + (38470 * pixels[j + 1]) + (7471 * pixels[j + 2]) + 0x8000) >> 16);
        }

        return grey;
    }

    // Keeps the first `count` of each pixel's four bytes.
    private static byte[] Channels(byte[] rgba, int count)
    {
        byte[] kept = GC.AllocateUninitializedArray<byte>(rgba.Length / 4 * count);
        for (int from = 0, to = 0; from < rgba.Length; from += 4, to += count)
        {
            for (int channel = 0; channel < count; channel++)
            {
                kept[to + channel] = rgba[from + channel];
            }
        }

        return kept;
    }

    private static KernelException Refuse(string name, string why) =>
        new($"{name} cannot be read as a picture: {why}; save it again as a plain JPEG or PNG file.");
}

/// <summary>The markers of a JPEG file (ITU-T T.81, annex B).</summary>
internal static class JpegFile
{
    private const byte MarkerStart = 0xFF;
    private const byte EndOfImage = 0xD9;

    /// <summary>Whether the picture is complete: Skia reports success for an incomplete progressive one.</summary>
    /// <param name="file">From the start-of-image marker on; what follows the picture's end is ignored.</param>
    public static bool HasEnd(ReadOnlySpan<byte> file)
    {
        for (var rest = file; rest.IndexOf(MarkerStart) is >= 0 and var at && at + 1 < rest.Length;)
        {
            rest = rest[(at + 1)..];
            switch (rest[0])
            {
                case EndOfImage:
                    return true;

                // Stand-alone markers (stuffed bytes, restarts and the start), and a fill byte, which may begin the next marker.
                case 0x00 or 0x01 or (>= 0xD0 and <= 0xD8) or MarkerStart:
                    break;

                // A thumbnail in a segment has its own end marker, so segments are skipped.
                default:
                    int length = rest.Length > 2 ? BinaryPrimitives.ReadUInt16BigEndian(rest[1..]) : 0;
                    rest = rest[Math.Min(1 + length, rest.Length)..];
                    break;
            }
        }

        return false;
    }
}
