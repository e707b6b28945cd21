using System.IO.Compression;
using System.Text;
using Cluster.Evaluation.Answers;
using Cluster.Evaluation.Measuring;
using Cluster.Glyphs;
using Cluster.Storage.Locks;

namespace Cluster.Evaluation.Tests.Measuring;

public sealed class CommandScorerTests : IDisposable
{
    private const int Samples = 4;
    private static readonly ValueInfo Output = new("y", ElementType.Float, [-1, 2, 1]);
    private static readonly float[] Float32 = [0, 1, 2, 3, 4, 5, 6, 7];

    private readonly WorkFolder _folder = new();
    private readonly OtherOutputs _others = new();
    private readonly SampleSet _evaluation;

    public CommandScorerTests()
    {
        IdxWriter.WriteImages(_folder["a-images-idx3-ubyte"], [1, 2, 3, 4], 1, 1, 1, gzip: false);
        IdxWriter.WriteLabels(_folder["a-labels-idx1-ubyte"], [3, 2, 1, 0], gzip: false);
        _evaluation = DataSource.Open($"idx:{_folder["a-images-idx3-ubyte"]}");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(MetricKind.Score, -1)]
    [InlineData(MetricKind.Loss, 1)]
    public void Evaluation_NumberForEachSample_IsItsLoss(MetricKind metric, int sign)
    {
        var scorer = Scorer("echo 1 2 3 4; true", metric);

        scorer.Evaluation(Float32, null, Float32).ShouldBe([sign * 1, sign * 2, sign * 3, sign * 4]);
    }

    [Fact]
    public void Evaluation_File_HasOutputsPlacesAndLabels()
    {
        string kept = _folder["kept.npz"];
        var scorer = Scorer($"keep() {{ cp \"$1\" '{kept}'; echo 1; }}; keep", MetricKind.Loss);

        scorer.Evaluation([2, 3, 6, 7], [1, 3], [2, 3, 6, 7]);

        using (var archive = ZipFile.OpenRead(kept))
        {
            // The part is judged first, then FP32's whole set: the last file is that.
            archive.Entries.Select(entry => entry.Name).ShouldBe(["outputs.npy", "index.npy", "labels.npy", "output_names.npy"]);
            Header(archive, "outputs.npy").ShouldContain("'<f4'");
            Header(archive, "outputs.npy").ShouldContain("(4, 2, 1)");
            Numbers(archive, "index.npy").ShouldBe([0L, 1, 2, 3]);
            Numbers(archive, "labels.npy").ShouldBe([3L, 2, 1, 0]);
        }
    }

    [Fact]
    public void Evaluation_OtherOutputs_AreGivenByTheirNamesAndForTheSameSamples()
    {
        string kept = _folder["kept.npz"];
        var scorer = Scorer($"keep() {{ cp \"$1\" '{kept}'; echo 1 2; }}; keep", MetricKind.Loss);
        _others.Keep(Float32, [("mask", TensorData.FromInt64([4, 1], [5, 6, 7, 8])), ("labels", TensorData.FromInt64([4], [0, 0, 0, 1]))]);

        float[] part = [2, 3, 6, 7];
        _others.KeepPart(Float32, part, [1, 3]);
        scorer.Evaluation(part, [1, 3], part);

        using var archive = ZipFile.OpenRead(kept);
        archive.Entries.Select(entry => entry.FullName)
            .ShouldBe(["outputs.npy", "index.npy", "labels.npy", "mask.npy", "output:labels.npy", "output_names.npy"]);
        Numbers(archive, "mask.npy", 2).ShouldBe([6L, 8]);
        Numbers(archive, "output:labels.npy", 2).ShouldBe([0L, 1]);
        Numbers(archive, "labels.npy", 2).ShouldBe([2L, 0]);
    }

    [Fact]
    public void Evaluation_SameFirstOutputAndAnother_IsJudgedAnew()
    {
        string log = _folder["log"];
        var scorer = Scorer($"log() {{ echo \"$2\" >> '{log}'; echo 1; }}; log", MetricKind.Score);
        float[] again = [.. Float32];
        _others.Keep(Float32, [("mask", TensorData.FromInt64([4, 1], [5, 6, 7, 8]))]);
        _others.Keep(again, [("mask", TensorData.FromInt64([4, 1], [5, 6, 7, 9]))]);

        _ = scorer.Evaluation(Float32, null, Float32);
        _ = scorer.Evaluation(again, null, Float32);

        File.ReadAllLines(log).Length.ShouldBe(2);
    }

    [Fact]
    public void Evaluation_OneNumberForAPart_IsPairedWithFloat32OnTheSamePart()
    {
        // Prints how many bytes the file has: more for all samples than for a part, the same for any outputs.
        var scorer = Scorer("size() { wc -c < \"$1\"; }; size", MetricKind.Loss);

        float whole = scorer.Evaluation(Float32, null, Float32).Distinct().ShouldHaveSingleItem();
        float part = scorer.Evaluation([9, 9, 9, 9], [1, 3], [2, 3, 6, 7]).Distinct().ShouldHaveSingleItem();

        part.ShouldBe(whole);
    }

    [Fact]
    public void Evaluation_SameOutputs_AreJudgedOnce()
    {
        string log = _folder["log"];
        var scorer = Scorer($"log() {{ echo \"$2\" >> '{log}'; echo 1; }}; log", MetricKind.Score);

        _ = scorer.Evaluation(Float32, null, Float32);
        _ = scorer.Evaluation([.. Float32], null, Float32);
        _ = scorer.Test(Float32, _evaluation);
        _ = scorer.Test(Float32, _evaluation);

        File.ReadAllLines(log).ShouldBe(["evaluation", "test"]);
    }

    private CommandScorer Scorer(string command, MetricKind metric) =>
        new(new MetricProgram(command), metric, Output, _evaluation, new Lazy<float[]>(Float32), _others, new MachineLock());

    private static string Header(ZipArchive archive, string name) => Encoding.ASCII.GetString(Bytes(archive, name).AsSpan(10, 118));

    private static long[] Numbers(ZipArchive archive, string name, int count = Samples) =>
        [.. Enumerable.Range(0, count).Select(i => BitConverter.ToInt64(Bytes(archive, name), 128 + (8 * i)))];

    private static byte[] Bytes(ZipArchive archive, string name)
    {
        using var content = archive.GetEntry(name)!.Open();
        using var copy = new MemoryStream();
        content.CopyTo(copy);
        return copy.ToArray();
    }
}
