using Cluster.Coordinator.Questions;
using Cluster.Coordinator.Running;
using Cluster.DataSpecs.Labels;
using Cluster.Evaluation.Labels;
using SkiaSharp;

namespace Cluster.Evaluation.Tests.Labels;

public sealed class GivenLabelsTests : IDisposable
{
    private const int Classes = 5;

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Read_ImagesAndFiles_AreFoundInAnyOrder()
    {
        var images = Pictures("a.png", "b.png", "c.png");

        var given = Read("file,label,image\nc.png,4,\n,?,0\nb.png,,1\n", images);

        given.Count.ShouldBe(2);
        (given.Of(0), given.Of(1), given.Of(2)).ShouldBe((LabelResult.Unknown, null, 4));
        var found = await given.OfAsync(new LabelItem("c", [2, 0]), TestContext.Current.CancellationToken);
        found.Labels.ShouldBe([4, LabelResult.Unknown]);
        given.Missing(new LabelItem("c", [1, 2])).ShouldBe([1]);
        await Should.ThrowAsync<LabelsWantedException>(
            () => given.OfAsync(new LabelItem("c", [1, 2]), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("image,class\n0,1\n", "are 'image,class'; expected a header line with 'label' and with 'image'")]
    [InlineData("label\n1\n", "are 'label'; expected")]
    [InlineData("image,label\n3,1\n", "Line 2 of the label file", "is about image '3'; expected an index from 0 to 2")]
    [InlineData("image,label\n-1,1\n", "is about image '-1'")]
    [InlineData("image,label\n0,1\n1,5\n", "Line 3 of the label file", "has the label '5'; expected a class from 0 to 4, or ?")]
    [InlineData("image,label\n0,cat\n", "has the label 'cat'; expected a class from 0 to 4")]
    [InlineData("file,label\nd.png,1\n", "names the file 'd.png', which is none of the evaluation images")]
    [InlineData("image,file,label\n0,b.png,1\n", "says that image 0 is 'b.png' where it is 'a.png'")]
    [InlineData("image,label\n0,1\n0,2\n", "Line 3 of the label file", "gives image 0 another label than a line before it")]
    [InlineData("image,label\n0\n", "Line 2 of the label file", "has 1 fields but the header has 2")]
    public void Read_FaultyList_SaysWhatIsWrong(string text, params string[] said)
    {
        var message = Should.Throw<KernelException>(() => Read(text, Pictures("a.png", "b.png", "c.png"))).Message;

        said.ShouldAllBe(part => message.Contains(part, StringComparison.Ordinal), message);
    }

    [Fact]
    public void Read_NoSuchFile_SaysSo() =>
        Should.Throw<KernelException>(() => GivenLabels.Read(_folder["absent.csv"], Pictures("a.png"), Classes))
            .Message.ShouldContain("absent.csv");

    [Fact]
    public void Sheet_FilledIn_IsReadBack()
    {
        var images = Pictures("a, \"1\".png", "b.png", "c.png");
        var request = new LabelRequest(
            Classes,
            [new AskedImage(2, [3], [[1], [4]]), new AskedImage(0, [1], [[2]])],
            [new AskedImage(1, [0], [[2]], LabelResult.Unknown)]);

        var names = ClassNames.Read($"folder:d,names={_folder.Write("names.txt", "ape\r\nbee\n\ncat\n")}", DataAccess.Anywhere);

        LabelSheet.Write(_folder["l.csv"], _folder["l.html"], request, images, names);

        var text = File.ReadAllText(_folder["l.csv"]);
        text.ShouldBe("image,file,fp32,others,label\r\n2,c.png,3,1 | 4,\r\n0,\"a, \"\"1\"\".png\",1,2,\r\n1,b.png,0,2,?\r\n");
        Read(text, images).Count.ShouldBe(1);
        Read(text.Replace("4,\r\n", "4,1\r\n", StringComparison.Ordinal), images).Of(2).ShouldBe(1);
        var page = File.ReadAllText(_folder["l.html"]);
        page.ShouldContain("2 images to label");
        page.ShouldContain("<button value=\"1\">1 (bee)</button><button value=\"3\">3 (cat)</button><button value=\"4\">4</button>");
        page.Split("data:image/png;base64,").Length.ShouldBe(3);
        page.ShouldContain("a, &quot;1&quot;.png");
        var png = Convert.FromBase64String(page.Split("data:image/png;base64,")[1].Split('"')[0]);
        using var picture = SKBitmap.Decode(png);
        (picture.Width, picture.Height, picture.GetPixel(1, 0)).ShouldBe((4, 3, new SKColor(200, 20, 2)));
    }

    private GivenLabels Read(string text, SampleSet images)
    {
        File.WriteAllText(_folder["labels.csv"], text);
        return GivenLabels.Read(_folder["labels.csv"], images, Classes);
    }

    // Each picture is of one colour, whose blue is its place.
    private ImageSet Pictures(params string[] names)
    {
        var folder = Directory.CreateDirectory(_folder["pictures"]).FullName;
        foreach (var (place, name) in names.Index())
        {
            using var bitmap = new SKBitmap(4, 3);
            bitmap.Erase(new SKColor(200, 20, (byte)place));
            using var data = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
            File.WriteAllBytes(Path.Combine(folder, name), data.ToArray());
        }

        return DataSource.Open($"folder:{folder}");
    }
}
