namespace Cluster.Data.Tests.Sources;

public sealed class Cifar10ReaderTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_Records_GivesLabelsAndPlanes()
    {
        _folder.Write("c.bin", Samples.Cifar(12));

        ImageSet set = Samples.Open(_folder, "cifar10:c.bin");

        (set.Count, set.Channels, set.Height, set.Width).ShouldBe((12, 3, 32, 32));
        Samples.Labels(set).ShouldBe([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
        set.ReadPixels(11).ToArray().ShouldBe([.. Enumerable.Range(0, 3072).Select(j => (byte)(11 + j))]);
    }

    [Theory]
    [InlineData(2048)]
    [InlineData(2049)]
    public void Open_AroundTheBlockSize_ReadsEveryRecord(int records)
    {
        _folder.Write("c.bin", Samples.Gzip(Samples.Cifar(records)));

        ImageSet set = Samples.Open(_folder, "cifar10:c.bin@-2..");

        Samples.Labels(set).ShouldBe([(records - 2) % 10, (records - 1) % 10]);
        set.ReadPixels(1)[0].ShouldBe((byte)(records - 1));
    }

    [Fact]
    public void Digest_CompressedOrNot_IsTheSame()
    {
        _folder.Write("a", Samples.Cifar(3));
        _folder.Write("b", Samples.Gzip(Samples.Cifar(3)));

        Samples.Open(_folder, "cifar10:a").Digest.ShouldBe(Samples.Open(_folder, "cifar10:b").Digest);
    }

    [Theory]
    [InlineData(6000, "found 6000 bytes, expected 6146 (2 records of 3073)")]
    [InlineData(0, "found 0 bytes, expected 3073")]
    public void Open_NoWholeRecords_SaysFoundAndExpected(int length, string expected)
    {
        _folder.Write("c", Samples.Cifar(2)[..length]);

        Samples.Error(_folder, "cifar10:c").ShouldContain(expected);
    }

    [Fact]
    public void Open_GzipCutBetweenRecords_IsAnError()
    {
        byte[] random = new byte[3073 * 20];
        new Random(1).NextBytes(random);
        for (int i = 0; i < random.Length; i += 3073)
        {
            random[i] = 0;
        }

        byte[] whole = Samples.Gzip(random);
        for (int length = 30_000; length < 40_000; length += 500)
        {
            _folder.Write("c", whole[..length]);

            Samples.Error(_folder, "cifar10:c").ShouldContain("cut short");
        }

        _folder.Write("c", whole[..^8]);
        Samples.Error(_folder, "cifar10:c").ShouldContain("cut short");
    }

    [Fact]
    public void Open_SliceOfGzip_IsUnpackedNoFurther()
    {
        byte[] records = new byte[3073 * 20];
        new Random(1).NextBytes(records);
        for (int i = 0; i < records.Length; i += 3073)
        {
            records[i] = (byte)(i % 10);
        }

        _folder.Write("whole", records);
        _folder.Write("cut", Samples.Gzip(records)[..40_000]);

        Samples.Open(_folder, "cifar10:cut@2..5").Digest.ShouldBe(Samples.Open(_folder, "cifar10:whole@2..5").Digest);
        Samples.Error(_folder, "cifar10:cut@2..19").ShouldContain("cut short");
        Samples.Error(_folder, "cifar10:cut@-5..").ShouldContain("cut short");
        _folder.Write("gzip", Samples.Gzip(records));
        foreach (string slice in new[] { "@-5..", "@3..-2", "@..", "@18..20", "@19.." })
        {
            Samples.Open(_folder, $"cifar10:gzip{slice}").Digest
                .ShouldBe(Samples.Open(_folder, $"cifar10:whole{slice}").Digest, slice);
        }

        foreach (string slice in new[] { "@18..21", "@21..", "@5..5", "@-21.." })
        {
            Samples.Error(_folder, $"cifar10:gzip{slice}").Replace("gzip", "whole", StringComparison.Ordinal)
                .ShouldBe(Samples.Error(_folder, $"cifar10:whole{slice}"), slice);
        }
    }

    [Fact]
    public void Open_DamagedGzip_IsAnError()
    {
        byte[] whole = Samples.Gzip(Samples.Cifar(2));
        whole[^6] ^= 1; // in the checksum
        _folder.Write("c", whole);

        Samples.Error(_folder, "cifar10:c").ShouldContain("is damaged (");
    }

    [Fact]
    public void Open_LabelAboveNine_IsRefused()
    {
        byte[] records = Samples.Cifar(3);
        records[2 * 3073] = 10;
        _folder.Write("c", records);

        Samples.Error(_folder, "cifar10:c").ShouldContain("Record 2 of");
    }

    [Fact]
    public void Open_JoinWithOtherShape_SaysBothShapes()
    {
        _folder.Write("c", Samples.Cifar(1));
        _folder.Write("i", Samples.IdxImages);

        Samples.Error(_folder, "cifar10:c+idx:i").ShouldContain("'cifar10:c' holds 3x32x32 images but 'idx:i' holds 1x2x3");
    }
}
