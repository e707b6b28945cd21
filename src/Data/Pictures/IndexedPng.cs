namespace Cluster.Data.Pictures;

/// <summary>
/// Reads the numbers of PNG files of grey values or of a palette, which pictures lose when they are decoded to colors. Of ISO/IEC 15948
/// what class maps use: up to 8 bits, not interlaced.
/// </summary>
internal static class IndexedPng
{
    private const int HeaderAt = 8;
    private const int ChunkFrame = 12;

    /// <summary>Decodes one file.</summary>
    /// <param name="name">The file's name as the user knows it.</param>
    /// <returns>A number for each pixel, row by row.</returns>
    /// <exception cref="KernelException">It is no such file.</exception>
    public static (int Width, int Height, byte[] Numbers) Decode(ReadOnlySpan<byte> file, string name)
    {
        if (!file.StartsWith(PictureFile.PngSignature) || file.Length < HeaderAt + ChunkFrame + 13)
        {
            throw Refuse(name, "it is no PNG file");
        }

        var header = file.Slice(HeaderAt + 8, 13);
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(header), BinaryPrimitives.ReadInt32BigEndian(header[4..]));
        var (bits, color, interlaced) = (header[8], header[9], header[12] != 0);
        if (width is < 1 or > PictureSize.Largest || height is < 1 or > PictureSize.Largest)
        {
            throw Refuse(name, $"it is {width} x {height} pixels");
        }

        if (color is not (0 or 3) || bits > 8 || interlaced)
        {
            throw Refuse(name, interlaced ? "it is interlaced" : bits > 8 ? "it has 16 bits" : "it has colors and no palette");
        }

        int stride = ((width * bits) + 7) / 8;
        byte[] lines = Inflate(file, (stride + 1) * height, name);
        byte[] numbers = new byte[width * height];
        byte[] before = new byte[stride];
        for (int y = 0; y < height; y++)
        {
            var line = lines.AsSpan((y * (stride + 1)) + 1, stride);
            Unfilter(lines[y * (stride + 1)], line, before, name);
            for (int x = 0; x < width; x++)
            {
                int shift = 8 - bits - (x * bits % 8);
                numbers[(y * width) + x] = (byte)((line[x * bits / 8] >> shift) & ((1 << bits) - 1));
            }

            line.CopyTo(before);
        }

        return (width, height, numbers);
    }

    // The IDAT chunks are one stream.
    private static byte[] Inflate(ReadOnlySpan<byte> file, int length, string name)
    {
        using var packed = new MemoryStream();
        for (int at = HeaderAt; at + ChunkFrame <= file.Length;)
        {
            int size = BinaryPrimitives.ReadInt32BigEndian(file[at..]);
            if (size < 0 || size > file.Length - at - ChunkFrame)
            {
                throw Refuse(name, "it is cut off");
            }

            if (file.Slice(at + 4, 4).SequenceEqual("IDAT"u8))
            {
                packed.Write(file.Slice(at + 8, size));
            }

            at += ChunkFrame + size;
        }

        packed.Position = 0;
        byte[] lines = new byte[length];
        try
        {
            using var inflated = new ZLibStream(packed, CompressionMode.Decompress);
            return inflated.ReadAtLeast(lines, length, throwOnEndOfStream: false) == length ? lines : throw Refuse(name, "it is cut off");
        }
        catch (InvalidDataException)
        {
            throw Refuse(name, "its pixels are damaged");
        }
    }

    // With up to 8 bits a pixel, the neighbour on the left is the byte before.
    private static void Unfilter(byte filter, Span<byte> line, ReadOnlySpan<byte> above, string name)
    {
        for (int i = 0; i < line.Length; i++)
        {
            var (left, up, corner) = (i > 0 ? line[i - 1] : 0, above[i], i > 0 ? above[i - 1] : 0);
            line[i] += (byte)(filter switch
            {
                0 => 0,
                1 => left,
                2 => up,
                3 => (left + up) / 2,
                4 => Paeth(left, up, corner),
                _ => throw Refuse(name, "its pixels are damaged"),
            });
        }
    }

    private static int Paeth(int left, int up, int corner)
    {
        int guess = left + up - corner;
        var (toLeft, toUp, toCorner) = (Math.Abs(guess - left), Math.Abs(guess - up), Math.Abs(guess - corner));
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }

    private static KernelException Refuse(string name, string why) => new(
        $"{name} cannot be read as a mask: {why}; save it as a PNG file of 8-bit grey values or of a palette, each pixel the number of its "
        + "class.");
}
