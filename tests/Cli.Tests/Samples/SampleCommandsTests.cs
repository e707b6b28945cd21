using Cluster.Cli.Verbs;
using Cluster.DataSpecs;
using Cluster.Evaluation.Inputs;
using Cluster.Glyphs;
using Cluster.Kernels.Data;

namespace Cluster.Cli.Tests.Samples;

public sealed class SampleCommandsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("glyphs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Write_NewFolder_HoldsEverySetWithItsLabels()
    {
        string folder = Path.Combine(_folder, "data");

        (await Run("write", "-o", folder, "--seed", "5")).ShouldBe(0);

        byte[] expected = new byte[GlyphGenerator.Pixels];
        foreach (var (set, count) in GlyphSample.Counts)
        {
            var images = DataSource.Open(GlyphSample.Spec(folder, set));
            (images.Count, images.Channels, images.Height, images.Width).ShouldBe((count, 1, GlyphGenerator.Size, GlyphGenerator.Size));
            images.Label(count - 1).ShouldBe(GlyphGenerator.Label(count - 1));
            new GlyphGenerator(5).Draw(set, count - 1, expected);
            images.ReadPixels(count - 1).ToArray().ShouldBe(expected);
        }
    }

    [Fact]
    public async Task Train_FewSteps_WritesANetworkWithItsPreprocessing()
    {
        string path = Path.Combine(_folder, "new", "glyphs.onnx");

        (await Run("train", "-o", path, "--steps", "2")).ShouldBe(0);

        var network = NetworkFile.Open(path);
        network.Grouped.Input.Shape.ShouldBe([-1, 1, GlyphGenerator.Size, GlyphGenerator.Size]);
        network.Classes.ShouldBe(GlyphGenerator.Classes);
        Preprocess.LoadFor(path).Digest.ShouldBe(GlyphNetworkExport.Preprocess.Digest);
    }

    [Fact]
    public async Task WriteAndTrain_NetworkOfSentences_FitEachOther()
    {
        string path = Path.Combine(_folder, "lstm.onnx");
        string data = Path.Combine(_folder, "data");

        (await Run("train", "--network", "lstm", "-o", path, "--steps", "1")).ShouldBe(0);
        (await Run("write", "--network", "lstm", "-o", data)).ShouldBe(0);

        var network = NetworkFile.Open(path);
        File.Exists(PreprocessPlace.Beside(path)).ShouldBeFalse();
        foreach (var (set, count) in GlyphSample.Counts)
        {
            string file = Path.Combine(data, $"sentences-{set.ToString().ToLowerInvariant()}.npz");
            var samples = DataSource.OpenSamples($"npz:{file}", DataAccess.Anywhere).For(network.Grouped.Inputs, null);
            samples.Count.ShouldBe(count);
            samples.RequireClasses(network.Classes);
        }
    }

    [Fact]
    public void Train_NoSteps_IsAnError() =>
        SampleCommands.Create().Parse(["train", "-o", "x", "--steps", "0"]).Errors.ShouldHaveSingleItem()
            .Message.ShouldContain("1 or more");

    private static Task<int> Run(params string[] arguments) =>
        SampleCommands.Create().Parse(arguments).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);
}
