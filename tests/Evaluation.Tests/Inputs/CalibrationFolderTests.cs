using Cluster.Kernels.Calibration;

namespace Cluster.Evaluation.Tests.Inputs;

public sealed class CalibrationFolderTests : IDisposable
{
    private static readonly float[] Biases = [0.1f, -0f, float.MaxValue, float.Epsilon, -1e-20f];
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Statistics_Written_AreReadBackByTheirDigest()
    {
        var folder = new CalibrationFolder(_folder["c"], "data", "model");
        string digest = folder.WriteStatistics(Statistics());
        var (read, found) = folder.ReadStatistics();
        found.ShouldBe(digest);
        read.Names.ShouldBe(Statistics().Names);
        folder.WriteStatistics(read).ShouldBe(digest, "the same statistics are the same bytes");
        Directory.EnumerateFiles(_folder["c"], "*.part").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("data", "model", true)]
    [InlineData("other", "model", false)]
    [InlineData("data", "other", false)]
    public void TryReadStatistics_OfAnotherModelOrData_AreNotUsed(string data, string model, bool isFound)
    {
        new CalibrationFolder(_folder["c"], "data", "model").WriteStatistics(Statistics());
        (new CalibrationFolder(_folder["c"], data, model).TryReadStatistics() is not null).ShouldBe(isFound);
    }

    [Fact]
    public void TryReadStatistics_NothingThere_IsNull() =>
        new CalibrationFolder(_folder["none"], "data", "model").TryReadStatistics().ShouldBeNull();

    [Theory]
    [InlineData("statistics.bin")]
    [InlineData("origin.json")]
    public void TryReadStatistics_Damaged_IsNullSoThatTheyAreMadeAgain(string name)
    {
        var folder = new CalibrationFolder(_folder["c"], "data", "model");
        folder.WriteStatistics(Statistics());
        byte[] bytes = File.ReadAllBytes(Path.Combine(_folder["c"], name));
        File.WriteAllBytes(Path.Combine(_folder["c"], name), name == "origin.json" ? [] : bytes[..^40]);

        folder.TryReadStatistics().ShouldBeNull();
        folder.WriteStatistics(Statistics());
        folder.TryReadStatistics().ShouldNotBeNull();
    }

    [Fact]
    public void ReadStatistics_NothingThere_SaysWhatToGive() =>
        Should.Throw<JobException>(() => new CalibrationFolder(_folder["none"]).ReadStatistics()).Message.ShouldContain("--data");

    [Fact]
    public void Corrections_Written_AreReadBackBitForBit()
    {
        var folder = new CalibrationFolder(_folder["c"]);
        string digest = folder.WriteCorrections(new Dictionary<string, float[]>(StringComparer.Ordinal) { ["b"] = Biases, ["a"] = [] });
        var read = folder.ReadCorrections(digest);
        read.Keys.Order(StringComparer.Ordinal).ShouldBe(["a", "b"]);
        read["b"].Select(BitConverter.SingleToInt32Bits).ShouldBe(Biases.Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void Learned_Written_AreReadBackByTheirDigestAndRefusedWhenChanged()
    {
        var folder = new CalibrationFolder(_folder["c"]);
        var learned = new LearnedParameters { Biases = new Dictionary<string, float[]>(StringComparer.Ordinal) { ["a"] = Biases } };
        string digest = folder.WriteLearned(learned);
        digest.ShouldBe(learned.ComputeDigest());
        folder.ReadLearned(digest).Biases["a"].Select(BitConverter.SingleToInt32Bits)
            .ShouldBe(Biases.Select(BitConverter.SingleToInt32Bits));
        string file = Directory.EnumerateFiles(_folder["c"], "learned-*").Single();
        File.AppendAllText(file, " ");
        Should.Throw<JobException>(() => folder.ReadLearned(digest)).Message.ShouldContain("was changed");
        File.Delete(file);
        Should.Throw<JobException>(() => folder.ReadLearned(digest)).Message.ShouldContain("There are no learned parameters");
    }

    [Fact]
    public void WriteCorrections_OtherOrder_SameDigest()
    {
        var folder = new CalibrationFolder(_folder["c"]);
        string first = folder.WriteCorrections(new Dictionary<string, float[]>(StringComparer.Ordinal) { ["a"] = [1], ["b"] = [2] });
        folder.WriteCorrections(new Dictionary<string, float[]>(StringComparer.Ordinal) { ["b"] = [2], ["a"] = [1] }).ShouldBe(first);
    }

    [Fact]
    public void ReadCorrections_Changed_AreRefused()
    {
        var folder = new CalibrationFolder(_folder["c"]);
        string digest = folder.WriteCorrections(new Dictionary<string, float[]>(StringComparer.Ordinal) { ["a"] = [1] });
        string file = Directory.EnumerateFiles(_folder["c"], "biases-*").Single();
        File.AppendAllText(file, " ");
        Should.Throw<JobException>(() => folder.ReadCorrections(digest)).Message.ShouldContain("was changed");
        File.Delete(file);
        Should.Throw<JobException>(() => folder.ReadCorrections(digest)).Message.ShouldContain("There are no corrected biases");
    }

    private static CalibrationStatistics Statistics()
    {
        var statistics = new CalibrationStatistics();
        statistics.GetOrAdd("x").Add([1f, 2f, 3f, -4f], 0, 2);
        return statistics;
    }
}
