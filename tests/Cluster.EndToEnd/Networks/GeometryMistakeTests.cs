namespace Cluster.EndToEnd.Networks;

/// <summary>Pictures that are resized or cropped in another way than a real network's own must be named before any work.</summary>
[Long]
public sealed class GeometryMistakeTests : IDisposable
{
    private const string Model = "imagenet/mobilenet_v1_0.25_224";
    private const int Side = 224;
    private const int Images = 160;
    private const int All = Images + 16;
    private static readonly PictureSize Input = new(Side, Side);

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2 * Side, "resized to 224 and cropped to 224x224")]
    [InlineData(null, "resized to 224x224")]
    public async Task Run_PicturesCutOtherwise_IsNamedBeforeAnyWork(int? shorter, string said)
    {
        var network = new SharedNetwork(Model);
        string folder = shorter is null ? Stretched() : SharedData.Require("imagenet-sample/jpeg224");
        string spec = $"folder:{folder},labels={SharedData.Require("imagenet-sample/labels.csv")}";
        var given = new Preprocess(
            network.Preprocess.Color,
            network.Preprocess.Scale,
            network.Preprocess.Mean,
            network.Preprocess.Std,
            new PictureGeometry(shorter ?? Side, null, Input));
        await File.WriteAllTextAsync(_folder["p.json"], given.ToJson(), TestContext.Current.CancellationToken);
        var (_, correct, total) = network.Recorded()[0];
        string expected = string.Create(CultureInfo.InvariantCulture, $"{100.0 * correct / total:0.##}%");

        var run = await ClusterProcess.RunAsync(
            _folder.Root, "run", "--model", network.Path, "--preprocess", "p.json", "--data", $"{spec}@{Images}..{All}", "--eval",
            $"{spec}@0..{Images}", "--expect", expected, "-o", "out");

        run.Code.ShouldBe(ExitCode.DataDoubted, run.Error);
        run.Error.ShouldContain($"with pictures {said}, bi");
        run.Error.ShouldNotContain("calibrating");
    }

    // Every picture twice as wide, so that a square from its middle lacks both sides.
    private string Stretched()
    {
        var pictures = DataSource.Open($"folder:{SharedData.Require("imagenet-sample/jpeg224")}@0..{All}");
        string folder = Directory.CreateDirectory(_folder["wide"]).FullName;
        for (int i = 0; i < pictures.Count; i++)
        {
            byte[] header = [0, 0, 8, 4, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, Side, 0, 0, 2 * Side / 256, 2 * Side % 256];
            byte[] pixels = [.. pictures.ReadPixels(i).ToArray().SelectMany(pixel => new[] { pixel, pixel })];
            File.WriteAllBytes(_folder["wide.idx"], [.. header, .. pixels]);
            File.WriteAllBytes(Path.Combine(folder, pictures.FileOf(i)!), DataSource.Open($"idx:{_folder["wide.idx"]}").Png(0));
        }

        return folder;
    }
}
