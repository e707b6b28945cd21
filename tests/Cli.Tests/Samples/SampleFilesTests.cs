using System.IO.Compression;

namespace Cluster.Cli.Tests.Samples;

/// <summary>What is generated, as it lies in files; those of the demo are committed.</summary>
public sealed class SampleFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("glyphs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Committed_DemoFiles_EqualGenerated()
    {
        GlyphSample.Write(_folder, GlyphSample.Seed);

        string[] written = [.. Directory.EnumerateFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];
        string committed = Checkout.At("samples", "glyphs");
        Directory.EnumerateFiles(committed).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal).ShouldBe(written);
        foreach (string name in written)
        {
            using var packed = new GZipStream(File.OpenRead(Path.Combine(committed, $"{name}.gz")), CompressionMode.Decompress);
            using var unpacked = new MemoryStream();
            packed.CopyTo(unpacked);
            unpacked.ToArray().SequenceEqual(File.ReadAllBytes(Path.Combine(_folder, name))).ShouldBeTrue(name);
        }
    }

    [Fact]
    public void Train_FewSteps_WritesANetworkWithItsPreprocessing()
    {
        string path = Path.Combine(_folder, "new", "glyphs.onnx");

        Train(path, GlyphKind.MobileNet, 2);

        var network = NetworkFile.Open(path);
        network.Grouped.Input.Shape.ShouldBe([-1, 1, GlyphGenerator.Size, GlyphGenerator.Size]);
        network.Classes.ShouldBe(GlyphGenerator.Classes);
        Preprocess.LoadFor(path).Digest.ShouldBe(GlyphNetworkExport.Preprocess.Digest);
    }

    [Fact]
    public void WriteAndTrain_NetworkOfSentences_FitEachOther()
    {
        string path = Path.Combine(_folder, "lstm.onnx");
        string data = Path.Combine(_folder, "data");

        Train(path, GlyphKind.Lstm, 1);
        GlyphSample.Write(data, GlyphRecipe.Of(GlyphKind.Lstm).Samples!(GlyphSample.Seed));

        var network = NetworkFile.Open(path);
        File.Exists(PreprocessPlace.Beside(path)).ShouldBeFalse();
        foreach (var (set, count) in GlyphSample.Counts)
        {
            string file = Path.Combine(data, $"sentences-{set.ToString().ToLowerInvariant()}.npz");
            var samples = DataSource.OpenSamples($"npz:{file}").For(network.Grouped.Inputs, null);
            samples.Count.ShouldBe(count);
            samples.RequireClasses(network.Classes);
        }
    }

    private static void Train(string path, GlyphKind kind, int steps) =>
        GlyphTrainer.Train(path, kind, GlyphSample.Seed, steps, TextWriter.Null, TestContext.Current.CancellationToken);
}
