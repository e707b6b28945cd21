using System.Text.Json;
using SkiaSharp;

namespace Cluster.Data.Tests.Pictures;

public sealed class PictureFileTests
{
    // 5 x 3 pixels of three times 16 bits, interlaced, with a gamma of 1.
    private const string DeepPng =
        "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADEAIAAAHzw756AAAABGdBTUEAAYagMeiWXwAAAEFJREFUeJwdzFERwDAIA9CE4at1RqXMyeosI/Du+CBAYoqaipJl"
        + "TwJZOgZ7luw91jmD7m3OEUsbm+V1frq4/dLJD9m/ISyWe8toAAAAAElFTkSuQmCC";

    // 2 x 2 pixels that claim 5, 6 and 5 bits, one colour of them transparent.
    private const string FewBitsPng =
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAA3NCSVQFBgUzC42AAAAABnRSTlMAAwADAAOySZKiAAAAFklEQVR4nGP40FKe9OEz42nfsqaq"
        + "iQA2lAdNm8wWEgAAAABJRU5ErkJggg==";

    // 9 x 9 pixels with a thumbnail's end of image in a comment.
    private const string ProgressiveJpeg =
        "/9j/4AAQSkZJRgABAQAAAQABAAD//gAE/9n/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4x9"
        + "lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wgARCAAJAAkDAREAAhEB"
        + "AxEB/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABYBAQEBAAAAAAAAAAAAAAAAAAABA//aAAwDAQACEAMQAAABLXNkQeX/xAAXEAEBAQEAAAAAAAAAAAAAAAAC"
        + "ABAS/9oACAEBAAEFAiLiOf/EABQRAQAAAAAAAAAAAAAAAAAAACD/2gAIAQMBAT8BH//EABQRAQAAAAAAAAAAAAAAAAAAACD/2gAIAQIBAT8BH//EABQQAQAA"
        + "AAAAAAAAAAAAAAAAACD/2gAIAQEABj8CH//EABQQAQAAAAAAAAAAAAAAAAAAACD/2gAIAQEAAT8hCf/aAAwDAQACAAMAAAAQno//xAAUEQEAAAAAAAAAAAAA"
        + "AAAAAAAg/9oACAEDAQE/EB//xAAUEQEAAAAAAAAAAAAAAAAAAAAg/9oACAECAQE/EB//xAAaEAACAgMAAAAAAAAAAAAAAAAAARAhMXGh/9oACAEBAAE/EKlR"
        + "rwzUf//Z";

    [Fact]
    public void Decode_ImageNetSample_GivesTheReferenceBytes()
    {
        string folder = Path.GetDirectoryName(SharedData.Require("imagenet-sample/raw64.u8.bin.gz"))!;
        int[] labels = [.. File.ReadAllText(Path.Combine(folder, "raw64.labels.txt"))
            .Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)
            .Select(int.Parse)];
        using var expected = new GZipStream(File.OpenRead(Path.Combine(folder, "raw64.u8.bin.gz")), CompressionMode.Decompress);
        byte[] image = new byte[224 * 224 * 3];

        labels.Length.ShouldBe(64);
        foreach (int label in labels)
        {
            expected.ReadExactly(image);
            string file = Directory.GetFiles(Path.Combine(folder, "jpeg224"), $"{label:D4}_*.jpg").ShouldHaveSingleItem();

            var (width, height, rgb) = PictureFile.Decode(File.ReadAllBytes(file), file);

            (width, height).ShouldBe((224, 224));
            rgb.AsSpan().SequenceEqual(image).ShouldBeTrue(file);
        }
    }

    [Fact]
    public void Decode_EveryKind_GivesPillowsBytes()
    {
        string[] saves =
        [
            "noise.save(f, 'JPEG', subsampling=0, quality=95)",
            "noise.save(f, 'JPEG', subsampling=1, quality=75)",
            "noise.save(f, 'JPEG', subsampling=2, quality=50)",
            "noise.save(f, 'JPEG', progressive=True)",
            "noise.save(f, 'JPEG', icc_profile=b'not a profile')",
            "e = PIL.Image.Exif(); e[0x112] = 6; noise.save(f, 'JPEG', exif=e.tobytes())",
            "noise.convert('L').save(f, 'JPEG')",
            "noise.convert('CMYK').save(f, 'JPEG')",
            "noise.save(f, 'PNG')",
            "noise.convert('P').save(f, 'PNG', transparency=3)",
            "noise.putalpha(noise.getchannel('G')); noise.save(f, 'PNG')",
            "noise = noise.convert('L'); noise.save(f, 'PNG')",
            "noise = noise.convert('L'); noise.convert('1').save(f, 'PNG')",
            "noise = noise.convert('L'); noise.convert('LA').save(f, 'PNG')",
            $"import base64; f.write(base64.b64decode('{DeepPng}'))",
        ];
        var random = new Random(1);
        double[] output = PythonReference.Run("PIL.Image, io", $"""
            for save in {JsonSerializer.Serialize(saves)}:
                noise = PIL.Image.frombytes('RGB', (37, 29), x.astype(np.uint8).tobytes())
                f = io.BytesIO()
                exec(save)
                read = PIL.Image.open(f).convert('L' if noise.mode == 'L' else 'RGB')
                bytes, pixels = f.getvalue(), np.asarray(read).ravel()
                print(len(bytes), len(pixels), *read.size, *bytes, *pixels)
            """.ReplaceLineEndings("\n"), [.. Enumerable.Range(0, 37 * 29 * 3).Select(_ => (float)random.Next(256))]);

        foreach (string save in saves)
        {
            var (length, count) = ((int)output[0], (int)output[1]);
            var (width, height, pixels) = PictureFile.Decode([.. output[4..(4 + length)].Select(value => (byte)value)], "a");

            (width, height).ShouldBe(((int)output[2], (int)output[3]), save);
            pixels.ShouldBe(output[(4 + length)..(4 + length + count)].Select(value => (byte)value), save);
            output = output[(4 + length + count)..];
        }

        output.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("not a picture", "it begins neither as")]
    [InlineData("BM", "it begins neither as")]
    [InlineData("\u0089PNG\r\n\u001A\n", "its header is damaged or cut off")]
    [InlineData("\u00FF\u00D8\u00FF", "its header is damaged or cut off")]
    public void Decode_OtherBytes_AreRefusedByName(string file, string why) =>
        Refusal([.. file.Select(letter => (byte)letter)]).ShouldStartWith($"a cannot be read as a picture: {why}");

    [Fact]
    public void Decode_JpegCutOffAnywhere_IsRefused()
    {
        byte[] progressive = Convert.FromBase64String(ProgressiveJpeg);
        PictureFile.Decode(progressive, "a").Pixels.Length.ShouldBe(9 * 9 * 3);
        PictureFile.Decode([.. progressive, 1, 2, 3], "a").Pixels.Length.ShouldBe(9 * 9 * 3);
        for (int length = 0; length < progressive.Length; length++)
        {
            Refusal(progressive.AsSpan(0, length)).ShouldStartWith("a cannot be read as a picture: ");
        }
    }

    [Fact]
    public void Decode_PngCutOff_IsRefused()
    {
        byte[] whole = Samples.Png(30, 20, Enumerable.Range(0, 1800).Select(i => (byte)(i * i)));

        Refusal(whole.AsSpan(0, whole.Length / 2)).ShouldContain("it is cut off");
    }

    [Fact]
    public void Decode_MisreadTransparency_IsRefused() =>
        Refusal(Convert.FromBase64String(FewBitsPng)).ShouldContain("16-bit colors with transparency");

    [Theory]
    [InlineData(16385, 1, "at most 16384 x 16384 are read")]
    [InlineData(1, 16385, "at most 16384 x 16384 are read")]
    [InlineData(16384, 16384, "it is cut off")]
    public void Decode_HugeSizesInTheHeader_AreRefusedBeforeMemoryIsTaken(int width, int height, string why)
    {
        byte[] file = Samples.Png(1, 1, [1, 2, 3]);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), height);
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(29), Crc(file.AsSpan(12, 17)));
        long before = GC.GetAllocatedBytesForCurrentThread();

        Refusal(file).ShouldContain(why);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
    }

    // The checksum of a chunk is also the one at the end of a gzip file (RFC 1952).
    private static uint Crc(ReadOnlySpan<byte> chunk) =>
        BinaryPrimitives.ReadUInt32LittleEndian(Samples.Gzip(chunk.ToArray()).AsSpan()[^8..]);

    private static string Refusal(ReadOnlySpan<byte> file)
    {
        byte[] copy = file.ToArray();
        return Should.Throw<KernelException>(() => PictureFile.Decode(copy, "a")).Message;
    }
}
