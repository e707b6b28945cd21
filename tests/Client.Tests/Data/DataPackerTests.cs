using Cluster.Client.Data;
using Cluster.DataSpecs;

namespace Cluster.Client.Tests.Data;

public sealed class DataPackerTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pack_FolderWithoutLabels_TakesItsJpegFilesAlone()
    {
        _folder.Write("x/calib/b.jpg", "");
        _folder.Write("x/calib/a.JPEG", "");
        _folder.Write("x/calib/notes.txt", "");
        _folder.Write("x/calib/deeper/c.jpg", "");

        var package = Pack("folder:x/calib/@0..1");

        package.Spec.ShouldBe("folder:calib@0..1");
        Names(package).ShouldBe(["calib/a.JPEG", "calib/b.jpg"]);
    }

    [Theory]
    [InlineData("val.csv", "folder:x/val,labels=val.csv")]
    [InlineData("x/val/val.csv", "folder:x/val,labels=val.csv")]
    [InlineData("x/val.csv", "folder:x/val,labels=val.csv")]
    [InlineData("lists/val.csv", "folder:x/val,labels=lists/val.csv")]
    public void Pack_FolderWithLabels_TakesTheListedFilesAndTheListFromWhereverItLies(string list, string spec)
    {
        _folder.Write(list, "label,file,note\n3,a.png,\"one, two\"\n4,\"sub/b,\"\"c\"\".jpg\",\n\n3,a.png,again\n");
        _folder.Write("x/val/a.png", "");
        _folder.Write("x/val/sub/b,\"c\".jpg", "");
        _folder.Write("x/val/unlisted.jpg", "");

        var package = Pack(spec);

        package.Spec.ShouldBe("folder:val,labels=val.csv");
        Names(package).ShouldBe(["val.csv", "val/a.png", "val/sub/b,\"c\".jpg"]);
    }

    [Fact]
    public void Pack_LabelsBesidePictures_TakesThemWithTheirPictures()
    {
        foreach (string name in new[] { "a", "b" })
        {
            _folder.Write($"images/val/{name}.jpg", "");
            _folder.Write($"coco/{name}.jpg", "");
        }

        _folder.Write("labels/val/a.txt", "0 0.5 0.5 1 1\n");
        _folder.Write("labels/val/other.txt", "");
        _folder.Write("t.csv", "file,text\na.jpg,ab\n");
        _folder.Write("ab.txt", "ab");

        var boxes = Pack("folder:images/val,labels=labels/val");
        var texts = Pack("folder:coco,labels=t.csv,alphabet=ab.txt");
        _folder.Write("classes.txt", "cat\ndog\n");
        _folder.Write("l.csv", "file,label\na.jpg,1\n");
        var named = Pack("folder:coco,labels=l.csv,names=classes.txt");

        boxes.Spec.ShouldBe("folder:val,labels=labels/val");
        Names(boxes).ShouldBe(["labels/val/a.txt", "val/a.jpg", "val/b.jpg"]);
        texts.Spec.ShouldBe("folder:coco,labels=t.csv,alphabet=alphabet/ab.txt");
        Names(texts).ShouldBe(["alphabet/ab.txt", "coco/a.jpg", "t.csv"]);
        named.Spec.ShouldBe("folder:coco,labels=l.csv,names=names/classes.txt");
        Names(named).ShouldContain("names/classes.txt");
    }

    [Fact]
    public void Pack_ListOfAFolderInside_KeepsThatFolder()
    {
        _folder.Write("set/val.csv", "file,label\na.jpg,0\n");
        _folder.Write("set/images/a.jpg", "");
        Names(Pack("folder:set,labels=val.csv")).ShouldBe(["set/images/a.jpg", "val.csv"]);
    }

    [Theory]
    [InlineData("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz")]
    [InlineData("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte")]
    [InlineData("t10k-images-idx4-ubyte", "t10k-labels-idx1-ubyte.gz")]
    [InlineData("my-images", "my-labels")]
    public void Pack_IdxWithoutNamedLabels_TakesThoseBesideIt(string images, string labels)
    {
        _folder.Write($"d/{images}", "");
        _folder.Write($"d/{labels}", "");
        var package = Pack($"idx:d/{images}");
        package.Spec.ShouldBe($"idx:{images}");
        Names(package).ShouldBe([images, labels]);
    }

    [Fact]
    public void Pack_SlicesOfOneFile_ShareItAndTheTarOfEachAlone()
    {
        _folder.Write("d/test.bin.gz", "");
        Pack("cifar10:d/test.bin.gz@0..9").Files.ShouldBe(Pack("cifar10:./d/test.bin.gz@9..").Files);
        var both = Pack("cifar10:d/test.bin.gz@0..9+cifar10:d/test.bin.gz@20..30");
        both.Spec.ShouldBe("cifar10:test.bin.gz@0..9+cifar10:test.bin.gz@20..30");
        both.Files.ShouldHaveSingleItem();
    }

    [Fact]
    public void Pack_DifferentFilesOfOneName_AreKeptApart()
    {
        _folder.Write("a/set/1.jpg", "");
        _folder.Write("b/set/2.jpg", "");
        _folder.Write("c/set", "");
        var package = Pack("folder:a/set+folder:b/set+cifar10:c/set");
        package.Spec.ShouldBe("folder:set+folder:2/set+cifar10:3/set");
        Names(package).ShouldBe(["2/set/2.jpg", "3/set", "set/1.jpg"]);
    }

    [Fact]
    public void Pack_LabelsOfTheSameName_AreKeptApartFromTheImages()
    {
        _folder.Write("images/train.gz", "");
        _folder.Write("targets/train.gz", "");
        var package = Pack("idx:images/train.gz,labels=targets/train.gz");
        package.Spec.ShouldBe("idx:train.gz,labels=labels/train.gz");
        package.Files.ShouldBe(
            [new PackedFile("labels/train.gz", _folder["targets/train.gz"]), new PackedFile("train.gz", _folder["images/train.gz"])]);
    }

    [Theory]
    [InlineData("folder:nowhere", "does not exist")]
    [InlineData("folder:d/file", "is a file")]
    [InlineData("folder:d", "no .jpg")]
    [InlineData("cifar10:nowhere", "no file")]
    [InlineData("cifar10:d", "is a folder")]
    [InlineData("idx:d/file,labels=nowhere", "was not found; tried")]
    [InlineData("folder:d,labels=missing.csv", "do not exist")]
    public void Pack_SomethingMissing_IsNotFound(string spec, string expected)
    {
        _folder.Write("d/file", "");
        _folder.Write("missing.csv", "file,label\na.jpg,0\n");
        Should.Throw<MissingDataException>(() => Pack(spec)).Message.ShouldContain(expected);
    }

    [Theory]
    [InlineData("label\n1\n", "has the columns 'label'; expected a header line with the columns 'label' and 'file'")]
    [InlineData("label,file\n", "no lines")]
    [InlineData("label,file\n1\n", "Line 2")]
    [InlineData("label,file\n1,../secret\n", "outside")]
    [InlineData("label,file\n1,/etc/passwd\n", "outside")]
    public void Pack_ListThatIsNone_IsAUsageError(string list, string expected)
    {
        _folder.Write("d/a.jpg", "");
        _folder.Write("l.csv", list);
        Should.Throw<DataSpecException>(() => Pack("folder:d,labels=l.csv")).Message.ShouldContain(expected);
    }

    [Fact]
    public void Absolute_Paths_AreFullAndNeedNotExist()
    {
        _folder.Write("val/val.csv", "");
        new DataPacker(_folder.Root).Absolute("folder:val,labels=val.csv@0..9+cifar10:/mnt/x+idx:y,labels=z")
            .ShouldBe(
                $"folder:{_folder["val"]},labels={_folder["val/val.csv"]}@0..9+cifar10:/mnt/x+idx:{_folder["y"]},labels={_folder["z"]}");
    }

    private static IEnumerable<string> Names(DataPackage package) => package.Files.Select(file => file.Name);

    private DataPackage Pack(string spec) => new DataPacker(_folder.Root).Pack(spec);
}
