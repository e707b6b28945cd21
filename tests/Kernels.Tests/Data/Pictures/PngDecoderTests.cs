using System.Buffers.Binary;
using System.IO.Compression;
using Cluster.Kernels.Data.Pictures;

namespace Cluster.Kernels.Tests.Data.Pictures;

/// <summary>PNG files that are written here, by the standard's own order of steps.</summary>
public sealed class PngDecoderTests
{
    [Theory]
    [InlineData(0, 8, 1)]
    [InlineData(0, 16, 1)]
    [InlineData(2, 8, 3)]
    [InlineData(2, 16, 3)]
    [InlineData(4, 8, 2)]
    [InlineData(4, 16, 2)]
    [InlineData(6, 8, 4)]
    [InlineData(6, 16, 4)]
    public void Decode_EveryFilterOnEveryKind_GivesTheSamples(int colour, int depth, int channels)
    {
        var random = new Random(colour + depth);
        const int Width = 7;
        const int Height = 10; // every filter twice
        byte[] rows = new byte[Width * Height * channels * depth / 8];
        random.NextBytes(rows);

        var (width, height, pixels) = PngDecoder.Decode(Write(Width, Height, depth, colour, rows, y => y % 5), "a.png");

        (width, height).ShouldBe((Width, Height));
        int kept = colour is 0 or 4 ? 1 : 3;
        pixels.ShouldBe([.. Enumerable.Range(0, Width * Height)
            .SelectMany(pixel => Enumerable.Range(0, kept).Select(channel => rows[((pixel * channels) + channel) * depth / 8]))]);
    }

    [Fact]
    public void Decode_GreyOfFewBits_SpansTheWholeRange()
    {
        PngDecoder.Decode(Write(4, 1, 2, 0, [0b00_01_10_11], _ => 0), "a.png").Pixels.ShouldBe([0, 85, 170, 255]);
        PngDecoder.Decode(Write(3, 2, 1, 0, [0b10100000, 0b01000000], _ => 0), "a.png").Pixels.ShouldBe([255, 0, 255, 0, 255, 0]);
    }

    [Fact]
    public void Decode_Palette_GivesItsColours() =>
        PngDecoder.Decode(Write(2, 1, 4, 3, [0x10], _ => 0, [1, 2, 3, 250, 251, 252]), "a.png").Pixels.ShouldBe([250, 251, 252, 1, 2, 3]);

    [Fact]
    public void Decode_ColourBeyondThePalette_IsRefused() => Should
        .Throw<KernelException>(() => PngDecoder.Decode(Write(1, 1, 8, 3, [7], _ => 0, [1, 2, 3]), "a.png"))
        .Message.ShouldContain("a colour that its palette lacks");

    [Fact]
    public void Decode_PixelsThatWantADictionary_AreRefused()
    {
        byte[] file = Write(5, 5, 8, 2, new byte[75], _ => 0);
        int packing = file.AsSpan().IndexOf("IDAT"u8) + 4;
        file[packing].ShouldBe((byte)0x78);
        file[packing + 1] = 0x7D; // RFC 1950: FDICT set, checksum of the two bytes right

        Should.Throw<KernelException>(() => PngDecoder.Decode(file, "a.png")).Message.ShouldContain("its pixels are damaged");
    }

    [Fact]
    public void Decode_DamagedBytes_AreRefusedOrReadAndNothingElse()
    {
        byte[] whole = Write(5, 5, 8, 2, new byte[75], y => y % 5);
        var random = new Random(1);
        for (int i = 0; i < 5000; i++)
        {
            byte[] damaged = [.. whole.AsSpan(0, i % 3 == 0 ? random.Next(9, whole.Length) : whole.Length)];
            damaged[random.Next(8, damaged.Length)] = (byte)random.Next(256);
            try
            {
                var (width, height, pixels) = PngDecoder.Decode(damaged, "a.png");
                pixels.Length.ShouldBeOneOf(width * height, 3 * width * height);
            }
            catch (KernelException refusal)
            {
                refusal.Message.ShouldStartWith("a.png cannot be read as a PNG picture: ");
            }
        }
    }

    [Fact]
    public void Decode_HugeSizesInTheHeader_AreRefusedBeforeMemoryIsTaken()
    {
        byte[] file = Write(1, 1, 8, 2, new byte[3], _ => 0);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), int.MaxValue);

        Should.Throw<KernelException>(() => PngDecoder.Decode(file, "a.png")).Message.ShouldContain("16384 pixels a side");
    }

    private static byte[] Write(int width, int height, int depth, int colour, byte[] rows, Func<int, int> filter, byte[]? palette = null)
    {
        int rowBytes = rows.Length / height;
        int reach = Math.Max(1, (colour switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 }) * depth / 8);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (int y = 0; y < height; y++)
            {
                zlib.WriteByte((byte)filter(y));
                for (int i = 0; i < rowBytes; i++)
                {
                    zlib.WriteByte((byte)(At(i, y) - Predicted(filter(y), At(i - reach, y), At(i, y - 1), At(i - reach, y - 1))));
                }
            }
        }

        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        byte[] header = [0, 0, 0, (byte)width, 0, 0, 0, (byte)height, (byte)depth, (byte)colour, 0, 0, 0];
        Chunk(file, "IHDR", header);
        if (palette is not null)
        {
            Chunk(file, "PLTE", palette);
        }

        byte[] data = packed.ToArray();
        Chunk(file, "IDAT", data[..(data.Length / 2)]);
        Chunk(file, "IDAT", data[(data.Length / 2)..]);
        Chunk(file, "IEND", []);
        return file.ToArray();

        int At(int i, int y) => i < 0 || y < 0 ? 0 : rows[(y * rowBytes) + i];
    }

    private static int Predicted(int filter, int a, int b, int c)
    {
        int p = a + b - c;
        return filter switch
        {
            0 => 0,
            1 => a,
            2 => b,
            3 => (a + b) / 2,
            _ => new[] { a, b, c }.MinBy(neighbour => Math.Abs(p - neighbour)),
        };
    }

    // The checksum is not looked at: what it guards is guarded by the one inside the pixels' own stream.
    private static void Chunk(MemoryStream file, string type, byte[] body)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, body.Length);
        file.Write(length);
        file.Write(System.Text.Encoding.ASCII.GetBytes(type));
        file.Write(body);
        file.Write(new byte[4]);
    }
}
