namespace Cluster.Data.Tests.Pictures;

public sealed class PictureGeometryTests
{
    // Two grey pixels a line: halves of the scale 2 weigh 3 : 1 at the ends, as the triangle does.
    [Fact]
    public void Apply_TwiceAsWide_WeighsByTheTriangle() =>
        new PictureGeometry(null, new PictureSize(1, 4), null).Apply(2, 1, [0, 100], "p").Pixels.ShouldBe([0, 25, 75, 100]);

    [Fact]
    public void Apply_HalfAsWide_UsesEveryPixel() =>
        new PictureGeometry(null, new PictureSize(1, 2), null).Apply(4, 1, [0, 0, 255, 255], "p").Pixels.ShouldBe([36, 219]);

    [Theory]
    [InlineData(640, 480, 341, 256)] // 256 * 640 / 480 = 341.33
    [InlineData(480, 640, 256, 341)]
    [InlineData(300, 300, 256, 256)]
    public void Apply_ShorterSide_KeepsTheRatioRoundedDown(int width, int height, int newWidth, int newHeight)
    {
        var (w, h, pixels) = new PictureGeometry(256, null, null).Apply(width, height, new byte[width * height], "p");

        (w, h, pixels.Length).ShouldBe((newWidth, newHeight, newWidth * newHeight));
    }

    [Theory]
    [InlineData(5, 2, 2)] // (5 - 2) / 2 = 1.5: Python's round gives 2
    [InlineData(7, 2, 2)] // 2.5 gives 2
    [InlineData(6, 2, 2)]
    public void Apply_Crop_StartsWherePythonRounds(int width, int crop, int first)
    {
        byte[] line = [.. Enumerable.Range(0, width).Select(x => (byte)x)];

        new PictureGeometry(null, null, new PictureSize(1, crop)).Apply(width, 1, line, "p").Pixels[0].ShouldBe((byte)first);
    }

    [Fact]
    public void Apply_SmallerThanTheCrop_IsRefusedByName() =>
        Should.Throw<KernelException>(() => new PictureGeometry(null, null, new PictureSize(9, 9)).Apply(8, 10, new byte[80], "cat.png"))
            .Message.ShouldBe(
                "The picture 'cat.png' of 10x8 (height x width) is 10x8 before 9x9 are cut from its middle; say in the preprocessing file "
                + "to \"resize\" it to more, or leave it out.");

    [Fact]
    public void Apply_UnboundedStrip_IsRefused() =>
        Should.Throw<KernelException>(() => new PictureGeometry(1024, null, null).Apply(5000, 1, new byte[5000], "strip.png"))
            .Message.ShouldContain("would become 1024x5120000");

    [Fact]
    public void Apply_OneColour_StaysIt() =>
        Prop.ForAll<byte, byte, byte>((value, from, to) =>
        {
            var size = new PictureSize((to % 37) + 1, (to % 23) + 1);
            int width = (from % 31) + 1;
            int height = (from % 17) + 1;
            byte[] pixels = new byte[width * height * 3];
            Array.Fill(pixels, value);
            return new[] { ResizeFilter.Bilinear, ResizeFilter.Bicubic }.All(filter =>
                new PictureGeometry(null, size, null, filter).Apply(width, height, pixels, "p").Pixels.All(pixel => pixel == value));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(97, 61, 48, ResizeFilter.Bilinear)]
    [InlineData(97, 61, 48, ResizeFilter.Bicubic)]
    [InlineData(40, 53, 64, ResizeFilter.Bilinear)]
    [InlineData(40, 53, 64, ResizeFilter.Bicubic)]
    [InlineData(333, 500, 32, ResizeFilter.Bicubic)]
    public void Apply_NoiseInThreeChannels_HasPillowsBytes(int width, int height, int shorter, ResizeFilter filter)
    {
        byte[] pixels = new byte[width * height * 3];
        new Random(width).NextBytes(pixels);
        int crop = shorter - 5;

        double[] expected = PythonReference.Run("PIL.Image", $"""
            p = PIL.Image.frombytes('RGB', ({width}, {height}), x.astype(np.uint8).tobytes())
            s, l = {shorter}, int({shorter} * max(p.size) / min(p.size))
            p = p.resize((s, l) if p.width <= p.height else (l, s), PIL.Image.{filter.ToString().ToUpperInvariant()})
            top, left = int(round((p.height - {crop}) / 2.0)), int(round((p.width - {crop}) / 2.0))
            p = p.crop((left, top, left + {crop}, top + {crop}))
            print(*np.asarray(p).ravel())
            """.ReplaceLineEndings("\n"), [.. pixels.Select(pixel => (float)pixel)]);

        var (w, h, found) = new PictureGeometry(shorter, null, new PictureSize(crop, crop), filter).Apply(width, height, pixels, "p");

        (w, h).ShouldBe((crop, crop));
        found.Select(pixel => (double)pixel).ShouldBe(expected);
    }
}
