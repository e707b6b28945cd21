using Cluster.DataSpecs;

namespace Cluster.Mutations;

/// <summary>Images in sets of bytes, lists of labels, and how pixels are prepared.</summary>
internal static class DataKinds
{
    private const int Images = 6;
    private const int Side = 5;
    private const int CifarRecord = 3073;

    /// <summary>Preprocessing files, which a picture is then read by.</summary>
    public static MutationKind Preprocess() => new(
        "preprocess",
        [
            new("gray.preprocess.json", Json(new Preprocess(PixelColor.Gray, 1 / 255.0, [0.1307], [0.3081]))),
            new("rgb.preprocess.json", Json(new Preprocess(PixelColor.Rgb, 1, [123.675, 116.28, 103.53], [58.395, 57.12, 57.375]))),
            new("cut.preprocess.json", Json(new Preprocess(
                PixelColor.Rgb,
                1,
                [0, 0, 0],
                [1, 1, 1],
                new PictureGeometry(12, null, new PictureSize(10, 8), ResizeFilter.Bicubic)))),
        ],
        static (folder, sample) =>
        {
            var preprocess = Networks.Preprocessing.Preprocess.Load(Path.Combine(folder, sample.Name));
            DataSource.Open($"folder:{Pictures(folder)}", DataAccess.Anywhere, preprocess: preprocess);
        });

    /// <summary>Lists of labels beside good pictures.</summary>
    public static MutationKind Labels() => new(
        "labels",
        [
            new("plain.csv", "file,label\na.png,1\nb.png,0\nc.png,2\n"u8.ToArray()),
            new("quoted.csv", "\"label\",\"who\",\"file\"\r\n3,\"x, \"\"y\"\"\",\"b.png\"\r\n0,,\"a.png\"\r\n"u8.ToArray()),
        ],
        static (folder, sample) => DataSource.Open($"folder:{Pictures(folder)},labels={Path.Combine(folder, sample.Name)}"));

    /// <summary>IDX files: images, labels, and packed images.</summary>
    public static MutationKind Idx()
    {
        byte[] images = [0, 0, 8, 3, 0, 0, 0, Images, 0, 0, 0, Side, 0, 0, 0, Side, .. Noise(Images * Side * Side)];
        byte[] coloured = [0, 0, 8, 4, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, Side, 0, 0, 0, Side, .. Noise(2 * 3 * Side * Side)];
        byte[] labels = [0, 0, 8, 1, 0, 0, 0, Images, 0, 1, 2, 0, 1, 2];
        const string Labelled = "good-images-idx3-ubyte";
        return new(
            "idx",
            [
                new(Labelled, images),
                new("good-labels-idx1-ubyte", labels),
                new("colour", coloured),
                new("packed.gz", images, Packed),
                new("damaged.gz", Packed(images)),
            ],
            static (folder, sample) => DataSource.Open(
                $"idx:{Path.Combine(folder, sample.Name.Contains("labels", StringComparison.Ordinal) ? Labelled : sample.Name)}"));
    }

    /// <summary>CIFAR-10's records, packed or not.</summary>
    public static MutationKind Cifar10()
    {
        byte[] records = Noise(3 * CifarRecord);
        for (int at = 0; at < records.Length; at += CifarRecord)
        {
            records[at] = (byte)(at % 10);
        }

        return new(
            "cifar10",
            [new("batch.bin", records), new("packed.gz", records, Packed), new("damaged.gz", Packed(records))],
            static (folder, sample) => DataSource.Open($"cifar10:{Path.Combine(folder, sample.Name)}"));
    }

    private static byte[] Json(Preprocess preprocess) => Encoding.UTF8.GetBytes(preprocess.ToJson());

    private static string Pictures(string folder)
    {
        string pictures = Path.Combine(folder, "pictures");
        if (!Directory.Exists(pictures))
        {
            Directory.CreateDirectory(pictures);
            foreach (char name in "abc")
            {
                File.WriteAllBytes(Path.Combine(pictures, $"{name}.png"), PngSample.Good());
            }
        }

        return pictures;
    }

    private static byte[] Noise(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Packed(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(content);
        }

        return packed.ToArray();
    }
}
