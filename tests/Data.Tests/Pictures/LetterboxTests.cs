namespace Cluster.Data.Tests.Pictures;

/// <summary>Places in resized, cropped and padded pictures, and masks that are brought there.</summary>
public sealed class LetterboxTests
{
    // 810 x 1080 into 640 x 640 is 480 x 640 between margins of 80: the bus of Ultralytics' documentation.
    [Fact]
    public void Place_Letterbox_IsThatOfUltralytics()
    {
        var place = Box(640, 640).Place(width: 810, height: 1080);

        place.ShouldBe(new PicturePlace(810, 1080, 480, 640, 80, 0, 640, 640));
        place.X(405).ShouldBe(320);
        place.Y(1080).ShouldBe(640);
    }

    [Theory]
    [InlineData(5, 4, 2, 1, 2, 1)] // an odd row goes below: 2 x 1 picture, ratio 2.5, 2.5 rounds to 2
    public void Place_OddMargin_RoundsAsUltralyticsDoes(int boxWidth, int boxHeight, int width, int height, int resized, int top)
    {
        var place = Box(boxHeight, boxWidth).Place(width, height);

        (place.Width, place.Height, place.Top).ShouldBe((boxWidth, resized, top));
    }

    [Fact]
    public void Apply_Letterbox_HasGreyAround()
    {
        var (width, height, pixels) = Box(4, 2).Apply(2, 2, [1, 2, 3, 4], "p");

        (width, height).ShouldBe((2, 4));
        pixels.ShouldBe(new byte[] { 114, 114, 1, 2, 3, 4, 114, 114 });
    }

    [Fact]
    public void Place_ResizedAndCropped_IsMovedByTheCrop()
    {
        var place = new PictureGeometry(256, null, new PictureSize(224, 224)).Place(width: 512, height: 256);

        place.X(256).ShouldBe(112);
        place.Y(16).ShouldBe(0);
    }

    [Fact]
    public void Nearest_OfAMask_TakesThePixelUnderTheMiddle()
    {
        new PicturePlace(4, 1, 2, 1, 1, 0, 4, 1).Nearest([1, 2, 3, 4], 255).ShouldBe(new byte[] { 255, 2, 4, 255 });
        new PicturePlace(2, 1, 4, 1, -1, 0, 2, 1).Nearest([1, 2], 255).ShouldBe(new byte[] { 1, 2 });
    }

    // A palette of 4 bits, each line with another filter of ISO/IEC 15948.
    [Fact]
    public void Decode_PaletteWithEveryFilter_GivesItsNumbers()
    {
        byte[][] lines = [[0x12, 0x30], [0x21, 0x00], [0x13, 0x50], [0xF0, 0x10], [0x44, 0x40]];

        var (width, height, numbers) = IndexedPng.Decode(Png(3, 4, lines), "m.png");

        (width, height).ShouldBe((3, 5));
        numbers.ShouldBe(new byte[] { 1, 2, 3, 2, 1, 0, 1, 3, 5, 15, 0, 1, 4, 4, 4 });
    }

    [Theory]
    [InlineData(25, 2, "it has colors and no palette")]
    [InlineData(24, 16, "it has 16 bits")]
    [InlineData(28, 1, "it is interlaced")]
    [InlineData(0, 0, "it is no PNG file")]
    public void Decode_OtherFormats_NameExpected(int at, byte value, string expected)
    {
        byte[] file = Png(3, 4, [[0x12, 0x30]]);
        file[at] = value;

        Should.Throw<KernelException>(() => IndexedPng.Decode(file, "m.png")).Message.ShouldContain(expected);
        Should.Throw<KernelException>(() => IndexedPng.Decode(Png(3, 4, [[0x12, 0x30]]).AsSpan(..^20), "m.png"))
            .Message.ShouldContain("cut off");
    }

    private static PictureGeometry Box(int height, int width) => new(null, null, null) { Letterbox = new PictureSize(height, width) };

    // Line i has filter i of the standard, which its bytes go through here the other way.
    private static byte[] Png(int width, byte bits, byte[][] lines)
    {
        using var raw = new MemoryStream();
        for (int y = 0; y < lines.Length; y++)
        {
            raw.WriteByte((byte)y);
            for (int i = 0; i < lines[y].Length; i++)
            {
                int a = i > 0 ? lines[y][i - 1] : 0;
                int b = y > 0 ? lines[y - 1][i] : 0;
                int c = i > 0 && y > 0 ? lines[y - 1][i - 1] : 0;
                int p = a + b - c;
                int paeth = new[] { a, b, c }.MinBy(near => Math.Abs(p - near));
                raw.WriteByte((byte)(lines[y][i] - new[] { 0, a, b, (a + b) / 2, paeth }[y]));
            }
        }

        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(raw.ToArray());
        }

        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), lines.Length);
        (header[8], header[9]) = (bits, 3);
        return [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. Chunk("IHDR", header), .. Chunk("IDAT", packed.ToArray()), .. Chunk("IEND", [])];
    }

    // Checksums are not read.
    private static byte[] Chunk(string type, byte[] content)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        return [.. length, .. type.Select(letter => (byte)letter), .. content, 0, 0, 0, 0];
    }
}
