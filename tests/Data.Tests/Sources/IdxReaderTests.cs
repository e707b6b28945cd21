namespace Cluster.Data.Tests.Sources;

public sealed class IdxReaderTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_ImagesWithLabelsBeside_ReadsBoth()
    {
        _folder.Write("t-images-idx3-ubyte", Samples.IdxImages);
        _folder.Write("t-labels-idx1-ubyte", Samples.IdxLabels);

        ImageSet set = Samples.Open(_folder, "idx:t-images-idx3-ubyte");

        (set.Count, set.Channels, set.Height, set.Width, set.ImageSize).ShouldBe((2, 1, 2, 3, 6));
        Samples.Labels(set).ShouldBe([7, 2]);
        set.MaxLabel.ShouldBe(7);
        set.ReadPixels(0).ToArray().ShouldBe([0, 1, 2, 3, 4, 5]);
        set.ReadPixels(1).ToArray().ShouldBe([10, 11, 12, 13, 14, 15]);
    }

    [Theory]
    [InlineData("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz")]
    [InlineData("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte.gz")]
    [InlineData("x-images.bin", "x-labels.bin")]
    [InlineData("images-of-images", "images-of-labels")]
    [InlineData("c-images-idx4-ubyte", "c-labels-idx1-ubyte")]
    public void Open_KnownNames_FindsLabels(string images, string labels)
    {
        _folder.Write(images, Samples.IdxImages);
        _folder.Write(labels, Samples.Gzip(Samples.IdxLabels));

        Samples.Labels(Samples.Open(_folder, $"idx:{images}")).ShouldBe([7, 2]);
    }

    [Fact]
    public void Open_LabelsOptionRelativeToImages_IsFound()
    {
        _folder.Write("sub/pixels", Samples.IdxImages);
        _folder.Write("sub/classes", Samples.IdxLabels);

        Samples.Labels(Samples.Open(_folder, "idx:sub/pixels,labels=classes")).ShouldBe([7, 2]);
        Samples.Labels(Samples.Open(_folder, "idx:sub/pixels,labels=sub/classes")).ShouldBe([7, 2]);
    }

    [Fact]
    public void Open_WithoutLabels_IsUnlabelledAndSaysSoWhenAsked()
    {
        _folder.Write("pixels", Samples.IdxImages);

        ImageSet set = Samples.Open(_folder, "idx:pixels");

        set.HasLabels.ShouldBeFalse();
        set.MaxLabel.ShouldBe(-1);
        Should.Throw<KernelException>(() => set.Label(0)).Message.ShouldContain("'idx:pixels' have no labels");
        Should.Throw<KernelException>(set.RequireLabels).Message.ShouldContain("labels=FILE");
    }

    [Fact]
    public void Open_SliceAndJoin_KeepsOrder()
    {
        _folder.Write("t-images", Samples.IdxImages);
        _folder.Write("t-labels", Samples.IdxLabels);

        ImageSet set = Samples.Open(_folder, "idx:t-images@1..+idx:t-images@0..1+idx:t-images");

        Samples.Labels(set).ShouldBe([2, 7, 7, 2]);
        set.ReadPixels(0)[0].ShouldBe((byte)10);
        set.ReadPixels(1)[0].ShouldBe((byte)0);
    }

    [Fact]
    public void Digest_StoredPlainOrCompressedOrSliced_IsTheSame()
    {
        _folder.Write("a-images", Samples.IdxImages);
        _folder.Write("a-labels", Samples.IdxLabels);
        _folder.Write("b-images", Samples.Gzip(Samples.IdxImages));
        _folder.Write("b-labels", Samples.Gzip(Samples.IdxLabels));
        _folder.Write("c-pixels", Samples.IdxImages);

        string plain = Samples.Open(_folder, "idx:a-images").Digest;

        // Python: hashlib.sha256(b'cluster.images/v1\n' + struct.pack('<5i', 2, 1, 2, 3, 1) + pack('<i', 7) +
        // bytes(range(6)) + pack('<i', 2) + bytes(range(10, 16)))
        plain.ShouldBe("2b2b387ad1810fbd1da6552c278ad342ae2a28ca93884fca25ee5e64eb8b8e8f");
        Samples.Open(_folder, "idx:b-images").Digest.ShouldBe(plain);
        Samples.Open(_folder, "idx:a-images@0..1+idx:b-images@-1..").Digest.ShouldBe(plain);
        Samples.Open(_folder, "idx:a-images@1..+idx:a-images@..1").Digest.ShouldNotBe(plain);
        Samples.Open(_folder, "idx:c-pixels").Digest.ShouldNotBe(plain);
    }

    public static TheoryData<byte[], string, string> Damaged => new()
    {
        { Samples.IdxLabels, "begins with 0x00000801 but an IDX image file begins with 0x00000803 or 0x00000804", "begins with 0x0" },
        { Samples.IdxImages[..27], "found 27 bytes, expected 28", "found 27 bytes, expected 28" },
        { Samples.IdxImages[..9], "found 9 bytes, expected 16", "found 9 bytes, expected 16" },
        { [.. Samples.IdxImages, 0], "goes on after the 28 bytes", "goes on after the 28 bytes" },
        { [.. Samples.IdxImages[..4], 0, 0, 0, 0, .. Samples.IdxImages[8..]], "expected at least one image", "at least one image" },
        { [.. Samples.IdxImages[..4], 255, 255, 255, 255, .. Samples.IdxImages[8..]], "expected at least one image", "at least one" },
        {
            [0, 0, 8, 3, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0x10, 0, 0, 0, 0x10, 0], // it claims terabytes, and none is taken
            "found 16 bytes, expected 36028797002186768",
            "need at least 36028797002186752 bytes of memory"
        },
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public void Open_DamagedFile_SaysFoundAndExpected(byte[] file, string plain, string compressed)
    {
        _folder.Write("plain", file);
        _folder.Write("compressed", Samples.Gzip(file));

        Samples.Error(_folder, "idx:plain").ShouldContain(plain);
        Samples.Error(_folder, "idx:plain@0..1").ShouldContain(plain);
        Samples.Error(_folder, "idx:compressed").ShouldContain(compressed);
    }

    [Fact]
    public void Open_OtherLabels_AreRefusedWithBothCounts()
    {
        _folder.Write("t-images", Samples.IdxImages);
        _folder.Write("t-labels", [0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 3]);

        Samples.Error(_folder, "idx:t-images").ShouldContain("holds 3 labels but");
    }

    [Fact]
    public void Open_GzipCutAnywhere_IsAnError()
    {
        byte[] whole = Samples.Gzip(Samples.IdxImages);
        for (int length = 2; length < whole.Length; length++)
        {
            _folder.Write("cut", whole[..length]);

            Samples.Error(_folder, "idx:cut").ShouldContain("cut", customMessage: $"{length} of {whole.Length} bytes");
        }
    }

    [Fact]
    public void Open_SliceOfGzip_IsUnpackedNoFurther()
    {
        byte[] pixels = new byte[20 * 3072];
        new Random(1).NextBytes(pixels);
        byte[] images = [0, 0, 8, 4, 0, 0, 0, 20, 0, 0, 0, 3, 0, 0, 0, 32, 0, 0, 0, 32, .. pixels];
        _folder.Write("whole", images);
        _folder.Write("cut", Samples.Gzip(images)[..40_000]);

        Samples.Open(_folder, "idx:cut@2..5").Digest.ShouldBe(Samples.Open(_folder, "idx:whole@2..5").Digest);
        Samples.Error(_folder, "idx:cut@2..19").ShouldContain("cut short");
    }

    [Fact]
    public void Open_SliceOfASetLargerThanMemory_TakesWhatItNeeds()
    {
        byte[] lie = [0, 0, 8, 3, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 2, 0, 0, 0, 3, .. new byte[600]];
        _folder.Write("lie", Samples.Gzip(lie));
        _folder.Write("lie-labels", Samples.Gzip([0, 0, 8, 1, 0x7f, 0xff, 0xff, 0xff, .. new byte[100]]));

        ImageSet set = DataSource.Open(
            DataSource.Parse("idx:lie,labels=lie-labels@10..90"), Samples.Options(_folder.Root, maximumBytes: 480));

        set.Count.ShouldBe(80);
        set.HasLabels.ShouldBeTrue();
    }

    [Fact]
    public void Open_MissingFile_SuggestsTheNearestName()
    {
        _folder.Write("train-images-idx3-ubyte.gz", Samples.IdxImages);
        _folder.Write("readme", [1]);

        Samples.Error(_folder, "idx:train-images-idx3-ubyte")
            .ShouldContain("does not exist (the folder '" + _folder.Root + "' has 'train-images-idx3-ubyte.gz')");
        Samples.Error(_folder, "idx:reedme/deeper/x").ShouldContain("has 'readme'");
    }

    [Fact]
    public void Open_MissingLabelsOption_ListsPathsTried()
    {
        _folder.Write("sub/pixels", Samples.IdxImages);

        string message = Samples.Error(_folder, "idx:sub/pixels,labels=absent");

        message.ShouldContain($"tried '{_folder["absent"]}', '{_folder["sub/absent"]}'");
    }

    [Fact]
    public void Open_MoreThanTheMemoryAllowed_IsRefused()
    {
        _folder.Write("t-images", Samples.IdxImages);

        Should.Throw<KernelException>(
            () => DataSource.Open(DataSource.Parse("idx:t-images"), Samples.Options(_folder.Root, maximumBytes: 11)))
            .Message.ShouldContain("need at least 12 bytes");
        Should.Throw<KernelException>(
            () => DataSource.Open(DataSource.Parse("idx:t-images+idx:t-images"), Samples.Options(_folder.Root, maximumBytes: 23)))
            .Message.ShouldContain("need at least 24 bytes");
    }

    [Fact]
    public void Open_JoinOfLabelledAndUnlabelled_IsRefused()
    {
        _folder.Write("t-images", Samples.IdxImages);
        _folder.Write("t-labels", Samples.IdxLabels);
        _folder.Write("pixels", Samples.IdxImages);

        Samples.Error(_folder, "idx:t-images+idx:pixels")
            .ShouldBe("'idx:t-images' has labels but 'idx:pixels' has none; give it labels=FILE or leave it out.");
    }
}
