using Cluster.DataSpecs.Labels;

namespace Cluster.Data.Tests;

/// <summary>Boxes, masks and texts of folders of pictures, as people have them, at the places of the network's input.</summary>
public sealed class LabelledFolderTests : IDisposable
{
    // COCO's numbers have gaps; the second image has no object, and the list has its own order.
    private const string Coco = """
        {
          "images": [{"id": 7, "file_name": "b.png", "width": 4, "height": 2}, {"id": 3, "file_name": "a.png"}],
          "annotations": [
            {"id": 1, "image_id": 7, "category_id": 90, "bbox": [1, 0, 2, 1], "area": 2, "iscrowd": 0},
            {"id": 2, "image_id": 7, "category_id": 1, "bbox": [0, 0, 4, 2], "iscrowd": 1, "segmentation": {"counts": []}}
          ],
          "categories": [{"id": 90, "name": "toothbrush"}, {"id": 1, "name": "person"}, {"id": 13, "name": "stop sign"}]
        }
        """;

    private readonly WorkFolder _folder = new();

    public LabelledFolderTests()
    {
        _folder.Write("d/a.png", Samples.Png(4, 2, new byte[8]));
        _folder.Write("d/b.png", Samples.Png(4, 2, Enumerable.Range(0, 8).Select(value => (byte)value)));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_Coco_HasBoxesInTheOrderOfTheListAndOfTheCategories()
    {
        Write("c.json", Coco);

        var set = Samples.Open(_folder, "folder:d,labels=c.json");

        set.FileOf(0).ShouldBe("b.png");
        set.HasLabels.ShouldBeFalse();
        set.Boxes.ShouldBe(new BoxLabels(4, 2, 3));
        set.WithBoxes().ReadTarget(0).ShouldBe([1f, 0, 3, 1, 2, 0, 90, 0, 0, 4, 2, 0, 1, 1]);
        set.ReadTarget(1).ShouldBeEmpty();
        set.Select([1, 0]).Digest.ShouldNotBe(set.Select([1, 0]).WithoutLabels().Digest);
    }

    [Fact]
    public void Open_CocoInALetterbox_MovesTheBoxes()
    {
        Write("c.json", Coco);
        var options = Samples.Options(_folder.Root) with
        {
            Geometry = new PictureGeometry(null, null, null) { Letterbox = new PictureSize(8, 8) },
        };

        var set = DataSource.Open(DataSource.Parse("folder:d,labels=c.json@..1"), options);

        set.ReadTarget(0)[..4].ShouldBe([2f, 2, 6, 4]);
    }

    [Fact]
    public void Open_Yolo_HasPixelsAndPicturesWithoutObjects()
    {
        Write("l/b.txt", "1 0.5 0.5 0.5 1\n\n0 0.125 0.25 0.25 0.5\n");

        var set = Samples.Open(_folder, "folder:d,labels=l");

        set.Boxes.ShouldBe(new BoxLabels(4, 2, 0));
        set.ReadTarget(0).ShouldBeEmpty();
        set.ReadTarget(1).ShouldBe([1f, 0, 3, 2, 1, 0, 2, 0, 0, 1, 1, 0, 0, 1]);
    }

    [Fact]
    public void Open_Masks_AreResizedByTheNearestPixel()
    {
        _folder.Write("m/a.png", Samples.Png(4, 2, [0, 1, 2, 3, 4, 5, 255, 7]));
        _folder.Write("m/b.png", Samples.Png(4, 2, new byte[8]));
        var options = Samples.Options(_folder.Root) with { Geometry = new PictureGeometry(null, new PictureSize(2, 2), null) };

        var set = DataSource.Open(DataSource.Parse("folder:d,labels=m"), options);

        set.Kind.ShouldBe(PictureLabelKind.Mask);
        set.WithMasks().ReadTarget(0).ShouldBe([1f, 3, 5, 7]);
        set.MaskSize.ShouldBe((2, 2));
    }

    [Theory]
    [InlineData("a\nb\nc", 0, new[] { 3f, 1, 2 })]
    [InlineData("abc", 3, new[] { 2f, 0, 1 })]
    [InlineData("abc\n", 1, new[] { 3f, 0, 2 })]
    public void Open_Texts_AreClassesBesideTheBlank(string alphabet, int blank, float[] expected)
    {
        Write("t.csv", "file,text\nb.png,cab\na.png,\n");
        Write("abc.txt", alphabet);

        var set = Samples.Open(_folder, "folder:d,labels=t.csv,alphabet=abc.txt").WithStrings(blank, 4)!;

        set.HasStrings.ShouldBeTrue();
        set.ReadTarget(0).ShouldBe(expected);
        set.ReadTarget(1).ShouldBeEmpty();
        Should.Throw<KernelException>(() => set.WithStrings(blank, 5)).Message
            .ShouldContain("has 3 characters where the network has 5 classes, 4 beside the blank");
    }

    [Theory]
    [InlineData("c.json", "{", "it is not JSON")]
    [InlineData("c.json", "[]", "another type than COCO's")]
    [InlineData("c.json", "{\"images\": []}", "lacks the member 'categories'")]
    [InlineData("c.json", "{\"images\": [], \"annotations\": [], \"categories\": []}", "it lists no images")]
    [InlineData("c.json", "{\"images\": [{\"id\": 1}]}", "lacks the member 'file_name'")]
    [InlineData("l/a.txt", "0 0.5 0.5 1.5 1", "Line 1 of the label file")]
    [InlineData("l/a.txt", "0 0.5 0.5 1.5 1", "centre x, centre y, width and height from 0 to 1")]
    [InlineData("l/a.txt", "-1 0.5 0.5 0.5 1", "expected a class from 0")]
    [InlineData("l/a.txt", "0 0.1 0.1 0.2 0.2 0.3 0.3", "expected a class from 0")]
    [InlineData("l/other.txt", "", "has no label file of any picture: expected 'a.txt' (YOLO's boxes) or 'a.png' (a mask)")]
    [InlineData("l/a.png", "no png", "cannot be read as a mask: it is no PNG file")]
    [InlineData("t.csv,alphabet=abc.txt", "file,text\na.png,d", "has the character 'd', which the alphabet")]
    [InlineData("t.csv,alphabet=abc.txt", "file,label\na.png,1", "expected a header line with the columns 'text' and 'file'")]
    [InlineData("t.csv,alphabet=two.txt", "file,text\na.png,a", "holds a character twice ('a')")]
    [InlineData("t.csv,alphabet=none.txt", "file,text\na.png,a", "The label file 'none.txt'")]
    public void Open_WrongLabels_SaysWhatIsExpected(string labels, string content, string expected)
    {
        Write("abc.txt", "abc");
        Write("two.txt", "aba");
        string file = labels.Split(',')[0];
        Write(file, content);
        if (file == "l/a.png")
        {
            _folder.Write("l/b.png", Samples.Png(4, 2, new byte[8]));
        }

        string given = file.StartsWith("l/", StringComparison.Ordinal) ? "l" : labels;
        Samples.Error(_folder, $"folder:d,labels={given}").ShouldContain(expected);
    }

    [Theory]
    [InlineData("\"image_id\": 7", "\"image_id\": 8", "an annotation is of the image 8, which is not among its images")]
    [InlineData("\"category_id\": 90", "\"category_id\": 2", "has the category 2, which is not among its categories")]
    [InlineData("[1, 0, 2, 1]", "[1, 0, -2, 1]", "has the bbox [1, 0, -2, 1], which is no [x, y, width, height]")]
    [InlineData("b.png", "c.png", "do not exist")]
    [InlineData("\"id\": 3", "\"id\": 7", "the image 7 names no file, or is there twice")]
    public void Open_CocoThatContradictsItself_SaysWhere(string from, string to, string expected)
    {
        Write("c.json", Coco.Replace(from, to, StringComparison.Ordinal));

        Samples.Error(_folder, "folder:d,labels=c.json").ShouldContain(expected);
    }

    [Fact]
    public void Open_MaskOfAnotherSizeOrMissing_IsNamed()
    {
        _folder.Write("m/a.png", Samples.Png(2, 2, new byte[4]));
        Samples.Error(_folder, "folder:d,labels=m").ShouldContain("has no mask");

        _folder.Write("m/b.png", Samples.Png(4, 2, new byte[8]));
        Samples.Error(_folder, "folder:d,labels=m").ShouldContain("is 2x2 where its picture is 4x2 (width x height)");
    }

    private void Write(string path, string text) => _folder.Write(path, System.Text.Encoding.UTF8.GetBytes(text));
}
