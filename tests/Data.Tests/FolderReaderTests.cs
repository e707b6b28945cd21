using Cluster.DataSpecs.Labels;

namespace Cluster.Data.Tests;

public sealed class FolderReaderTests : IDisposable
{
    private const string Csv = "label,wnid,file,name\n4,n1,b.jpg,\"a \"\"quoted\"\", name\"\n3,n2,a.jpg,x\n";

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_WithoutLabels_IsSortedByNameAndPlanar()
    {
        _folder.Write("d/b.JPG", Samples.Picture(20));
        _folder.Write("d/a.jpeg", Samples.Picture(10));
        _folder.Write("d/c.bmp", [1]);

        ImageSet set = Samples.Open(_folder, "folder:d");

        (set.Count, set.Channels, set.Height, set.Width, set.HasLabels).ShouldBe((2, 3, 1, 2, false));
        set.ReadPixels(0).ToArray().ShouldBe([10, 13, 11, 14, 12, 15]);
        set.ReadPixels(1)[0].ShouldBe((byte)20);
    }

    [Theory]
    [InlineData(40, 1, 1)]
    [InlineData(40, 0, 0)]
    [InlineData(40, 10, 0)]
    public void Forgotten_AFewPicturesBesideTheListed_AreNamed(int listed, int others, int forgotten)
    {
        for (int i = 0; i < listed + others; i++)
        {
            _folder.Write($"d/{i:00}.jpg", Samples.Picture(20));
        }

        _folder.Write("d/l.csv", "file,label\n" + string.Concat(Enumerable.Range(0, listed).Select(i => $"{i:00}.jpg,0\n")));
        var access = DataAccess.Anywhere;
        var part = DataSpec.Parse($"folder:{_folder["d"]},labels=l.csv").Parts[0];

        FolderListing.Of(part, access.CurrentDirectory, access).Forgotten(access).Select(path => Path.GetFileName(path))
            .ShouldBe(Enumerable.Range(listed, forgotten).Select(i => $"{i:00}.jpg"));
    }

    [Fact]
    public void Open_Geometry_BringsPicturesToOneSizeAndRefusesOtherData()
    {
        _folder.Write("d/a.jpg", Samples.Picture(10)); // 2 x 1
        _folder.Write("d/b.jpg", Samples.Png(3, 1, Enumerable.Repeat((byte)7, 9)));
        _folder.Write("images-idx3-ubyte", Samples.IdxImages);
        var options = Samples.Options(_folder.Root) with
        {
            Geometry = new PictureGeometry(null, new PictureSize(2, 4), new PictureSize(2, 2)),
        };

        var set = DataSource.Open(DataSource.Parse("folder:d"), options);

        (set.Count, set.Height, set.Width).ShouldBe((2, 2, 2));
        set.ReadPixels(1).ToArray().ShouldAllBe(pixel => pixel == 7);
        Should.Throw<KernelException>(() => DataSource.Open(DataSource.Parse("idx:images-idx3-ubyte"), options))
            .Message.ShouldContain("is done to picture files; leave these keys out");
    }

    // Pillow's convert('L') of these.
    [Fact]
    public void Open_ForAGreyNetwork_MakesColoursGrey()
    {
        _folder.Write("d/a.png", Samples.Png(4, 1, [255, 0, 0, 0, 255, 0, 0, 0, 255, 7, 7, 7]));
        _folder.Write("d/b.png", Samples.Png(4, 1, [1, 2, 3, 4]));

        var set = DataSource.OpenSamples($"folder:{_folder["d"]}", preprocess: new Preprocess(PixelColor.Gray, 1, [0], [1]));

        var images = set.ShouldBeOfType<ImageSet>();
        images.ReadPixels(0).ToArray().ShouldBe([76, 150, 29, 7]);
        images.ReadPixels(1).ToArray().ShouldBe([1, 2, 3, 4]);
    }

    [Fact]
    public void Reread_OtherGeometry_EqualsFreshRead()
    {
        _folder.Write("d/a.png", Samples.Png(3, 2, Enumerable.Range(0, 18).Select(i => (byte)(i * 9))));
        _folder.Write("d/b.png", Samples.Png(2, 4, Enumerable.Range(0, 24).Select(i => (byte)(i * 5))));
        ImageSet Read(PictureGeometry geometry) =>
            DataSource.Open(DataSource.Parse("folder:d"), Samples.Options(_folder.Root) with { Geometry = geometry });
        var square = new PictureSize(2, 2);
        var set = Read(new PictureGeometry(2, null, square));
        var straight = new PictureGeometry(null, square, null, ResizeFilter.Bicubic);

        set.Reread(straight)!.Digest.ShouldBe(Read(straight).Digest);
        set.Select([1]).Reread(straight)!.Digest.ShouldBe(Read(straight).Select([1]).Digest);
        set.Reread(straight with { Exact = null, Crop = new PictureSize(9, 9) }).ShouldBeNull();
        File.Delete(_folder["d/b.png"]);
        set.Reread(straight).ShouldBeNull();
    }

    [Theory]
    [InlineData("l.csv", "folder:d,labels=l.csv")]
    [InlineData("d/l.csv", "folder:d,labels=l.csv")]
    [InlineData("p/l.csv", "folder:p/d/,labels=l.csv")]
    public void Open_CsvInCurrentFolderOrFolderOrParent_IsFound(string csv, string spec)
    {
        string folder = csv.StartsWith("p/", StringComparison.Ordinal) ? "p/d" : "d";
        _folder.Write($"{folder}/a.jpg", Samples.Picture(10));
        _folder.Write($"{folder}/b.jpg", Samples.Gzip(Samples.Picture(20)));
        _folder.Write(csv, Samples.Gzip(System.Text.Encoding.UTF8.GetBytes(Csv)));

        ImageSet set = Samples.Open(_folder, spec);

        Samples.Labels(set).ShouldBe([4, 3]);
        set.ReadPixels(0)[0].ShouldBe((byte)20);
    }

    [Fact]
    public void Open_FilesInASubfolder_AreFound()
    {
        _folder.Write("d/l.csv", Csv.ReplaceLineEndings("\r\n"));
        _folder.Write("d/empty/readme", [1]);
        _folder.Write("d/jpeg/a.jpg", Samples.Picture(10));
        _folder.Write("d/jpeg/b.jpg", Samples.Picture(20));

        Samples.Labels(Samples.Open(_folder, "folder:d,labels=l.csv")).ShouldBe([4, 3]);
    }

    [Fact]
    public void Open_Slice_DecodesOnlyThatPart()
    {
        _folder.Write("d/a.jpg", []); // no picture
        _folder.Write("d/b.jpg", Samples.Picture(20));

        ImageSet set = Samples.Open(_folder, "folder:d@1..2");

        set.Count.ShouldBe(1);
        set.ReadPixels(0)[0].ShouldBe((byte)20);
    }

    [Fact]
    public void Open_SliceOfAList_LooksForItsFilesAlone()
    {
        _folder.Write("l.csv", "label,file\n1,a.jpg\n2,none.jpg\n3,a.jpg\n");
        _folder.Write("d/a.jpg", Samples.Picture(20));

        Samples.Labels(Samples.Open(_folder, "folder:d,labels=l.csv@2..")).ShouldBe([3]);
        Samples.Error(_folder, "folder:d,labels=l.csv@1..").ShouldContain("names 2 files, 1 of which do not exist");
    }

    [Fact]
    public void Open_ListOfMillions_IsBounded()
    {
        _folder.Write("l.csv", "label,file\n" + string.Concat(Enumerable.Repeat("0,a\n", 2_000_001)));
        Directory.CreateDirectory(_folder["d"]);

        Samples.Error(_folder, "folder:d,labels=l.csv@0..1").ShouldContain("has more than 2000000 lines");
    }

    [Fact]
    public void Open_ManyFilesThatAreMissing_AreNotAllCounted()
    {
        _folder.Write("l.csv", "label,file\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"0,{i}.jpg\n")));
        Directory.CreateDirectory(_folder["d"]);

        Samples.Error(_folder, "folder:d,labels=l.csv").ShouldContain("names 300 files, 100 or more of which do not exist");
    }

    [Fact]
    public void Open_ManyFilesAndWorkers_KeepOrder()
    {
        for (int i = 0; i < 100; i++)
        {
            _folder.Write($"d/{i:d3}.jpg", Samples.Picture(i));
        }

        ImageSet set = Samples.Open(_folder, "folder:d");

        Enumerable.Range(0, 100).Select(i => (int)set.ReadPixels(i)[0]).ShouldBe(Enumerable.Range(0, 100));
    }

    [Fact]
    public void Open_SeveralPicturesThatCannotBeRead_NamesThemAll()
    {
        _folder.Write("d/a.jpg", Samples.Picture(1));
        _folder.Write("d/b.jpg", "no picture");
        _folder.Write("d/c.jpg", Samples.Picture(1)[..20]);
        _folder.Write("d/e.jpg", Samples.Picture(1));

        string message = Samples.Error(_folder, "folder:d");

        message.ShouldStartWith("2 of the 4 pictures of 'folder:d' cannot be used: ");
        message.ShouldContain(_folder["d/b.jpg"]);
        message.ShouldEndWith($"Also: '{_folder["d/c.jpg"]}'.");
    }

    [Fact]
    public void RequireInput_ChannelsLast_SaysSo()
    {
        _folder.Write("d/a.jpg", Samples.Picture(1));
        var images = Samples.Open(_folder, "folder:d");

        Should.Throw<KernelException>(() => images.RequireInput(images.Height, images.Width, images.Channels)).Message
            .ShouldContain("channels last (NHWC), where the preprocessing file says channels first; write \"layout\": \"NHWC\" there");
    }

    [Fact]
    public void Open_CsvNowhere_ListsEveryPathTried()
    {
        _folder.Write("p/d/a.jpg", Samples.Picture(1));

        Samples.Error(_folder, "folder:p/d,labels=none.csv").ShouldContain(
            $"tried '{_folder["none.csv"]}', '{_folder["p/d/none.csv"]}', '{_folder["p/none.csv"]}'");
    }

    [Theory]
    [InlineData("kind,file\n1,a.jpg\n", "has the columns 'kind,file'; expected a header line with the columns 'label' and 'file'")]
    [InlineData("label,file\n", "has a header but no lines")]
    [InlineData("", "has the columns ''")]
    [InlineData("label,file\n1,a.jpg,x\n", "Line 2 of the label file")]
    [InlineData("label,file\n-1,a.jpg\n", "has the label '-1'")]
    [InlineData("label,file\ncat,a.jpg\n", "has the label 'cat'")]
    [InlineData("label,file\n1,\n", "names no file")]
    [InlineData("label,file\n1,\"a.jpg\n", "has a quote that is not closed")]
    [InlineData("label,file\n1,a.jpg\n\n2,c.jpg\n", "names 2 files, 1 of which do not exist")]
    [InlineData("label,file\n1,../secret.jpg\n", "is outside of")]
    public void Open_OddCsv_SaysWhatIsWrong(string csv, string expected)
    {
        _folder.Write("secret.jpg", Samples.Picture(1));
        _folder.Write("d/a.jpg", Samples.Picture(1));
        _folder.Write("d/l.csv", csv);

        Samples.Error(_folder, "folder:d,labels=l.csv").ShouldContain(expected);
    }

    [Theory]
    [InlineData("path,class\na.jpg,12\n")]
    [InlineData("class;filename\n12;a.jpg\n")]
    [InlineData("file;label\n\"a.jpg\";12\n")]
    public void Open_OtherNamesAndSemicolons_AreRead(string csv)
    {
        _folder.Write("d/a.jpg", Samples.Picture(1));
        _folder.Write("d/l.csv", csv);

        Samples.Labels(Samples.Open(_folder, "folder:d,labels=l.csv")).ShouldBe([12]);
    }

    [Fact]
    public void Open_ColumnsInAnyOrderAndCase_AreUsed()
    {
        _folder.Write("d/a.jpg", Samples.Picture(1));
        _folder.Write("d/l.csv", "\uFEFFFile,Label\na.jpg,12\n");

        Samples.Labels(Samples.Open(_folder, "folder:d,labels=l.csv")).ShouldBe([12]);
    }

    [Fact]
    public void Open_NotADirectoryOrEmptyOrMissing_SaysWhich()
    {
        _folder.Write("file", [1]);
        _folder.Write("d/readme", [1]);

        Samples.Error(_folder, "folder:file").ShouldContain("is a file but folder: names a directory");
        Samples.Error(_folder, "folder:d").ShouldContain("holds no .jpg, .jpeg or .png file");
        Samples.Error(_folder, "folder:dd/").ShouldContain("has 'd'");
        Samples.Error(_folder, "imagefolder:file").ShouldContain("is a file but imagefolder: names a directory");
        Samples.Error(_folder, "imagefolder:d").ShouldContain("holds no folder with .jpg, .jpeg or .png files");
    }

    [Fact]
    public void Open_PicturesOfAnotherKind_NamesThemAndWhatToDo()
    {
        _folder.Write("d/a.webp", [1]);
        _folder.Write("d/b.WEBP", [1]);
        _folder.Write("d/c.gif", [1]);

        Samples.Error(_folder, "folder:d").ShouldEndWith(
            "holds no .jpg, .jpeg or .png file; it holds 2 .webp files: convert them to .png or .jpg.");
    }

    [Fact]
    public void Open_FolderOfClasses_LabelsByTheOrderOfTheirNames()
    {
        _folder.Write("d/zebra/b.png", Samples.Picture(40));
        _folder.Write("d/zebra/a.jpg", Samples.Picture(30));
        _folder.Write("d/cat/x.jpeg", Samples.Picture(10));
        _folder.Write("d/dog/y.jpg", Samples.Picture(20));
        _folder.Write("d/.ipynb_checkpoints/x.jpeg", Samples.Picture(98));
        _folder.Write("d/.git/HEAD", [1]);
        _folder.Write("d/beside.jpg", Samples.Picture(99));

        ImageSet set = Samples.Open(_folder, "imagefolder:d");

        Samples.Labels(set).ShouldBe([0, 1, 2, 2]);
        Enumerable.Range(0, 4).Select(i => (int)set.ReadPixels(i)[0]).ShouldBe([10, 20, 30, 40]);
        Samples.Labels(Samples.Open(_folder, "imagefolder:d@2..")).ShouldBe([2, 2]);
    }

    [Fact]
    public void Open_ClassWithoutPictures_IsNamedAsItWouldMoveLabels()
    {
        _folder.Write("d/cat/x.jpg", Samples.Picture(10));
        _folder.Write("d/dog/x.bmp", [1]);
        _folder.Write("d/zebra/x.jpg", Samples.Picture(30));

        Samples.Error(_folder, "imagefolder:d").ShouldContain("dog' holds no .jpg, .jpeg or .png file");
    }

    [Fact]
    public void Open_OnePictureWithTwoLabels_IsRefused()
    {
        _folder.Write("d/a.jpg", Samples.Picture(10));
        _folder.Write("d/twice.csv", "file,label\na.jpg,3\na.jpg,3\n"u8.ToArray());
        _folder.Write("d/torn.csv", "file,label\na.jpg,3\n./a.jpg,1\n"u8.ToArray());

        Samples.Labels(Samples.Open(_folder, "folder:d,labels=twice.csv")).ShouldBe([3, 3]);
        Samples.Error(_folder, "folder:d,labels=torn.csv").ShouldContain("a.jpg' the labels 3 and 1, where a picture has one");
    }

    [Fact]
    public void Open_GreyPictures_HaveOneChannelAndDoNotMixWithColours()
    {
        _folder.Write("d/a.png", Samples.Png(2, 1, [7, 8]));
        Samples.Open(_folder, "folder:d").Channels.ShouldBe(1);

        _folder.Write("d/b.png", Samples.Picture(1));

        Samples.Error(_folder, "folder:d").ShouldContain("one is grey");
    }
}
