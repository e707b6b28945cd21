using System.IO.Compression;

namespace Cluster.Cli.Tests.Verbs;

/// <summary>What `run --dry-run` finds before any work.</summary>
public sealed class DryRunTests : IDisposable
{
    private const int Classes = 12;
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_ABudgetOutOfReachWithoutLabels_IsDoubtedAndNothingIsWritten()
    {
        var run = await RunAsync(",labels=none@0..200", "--latency-budget", "1us", "--batch", "8", "--threads", "2");

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Output.ShouldContain("But:          --latency-budget is 0.001 ms where FP32 takes about ");
        run.Output.ShouldContain("the job will stop and ask for those of about 1 to 6 of the 200 images, at most 200 (--max-labels).");
        run.Error.ShouldStartWith("cluster: timing runs of 8 images on 2 threads: set --batch and --threads to what you will run\n");
        Directory.Exists(_folder["out"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Run_Labelled_SaysFloat32sAccuracyAndWritesNothing()
    {
        var run = await RunAsync($",labels={Labels}@0..200");

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Output.ShouldMatch(@"\nFP32:         top-1 \d+\.\d\d%\n");
        Directory.Exists(_folder["out"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Run_LabelsOneOff_StopAsTheJobDoes()
    {
        byte[] shifted = Gunzip(Labels);
        for (int i = 8; i < shifted.Length; i++)
        {
            // Some are right: of none nothing can be proved.
            shifted[i] = (byte)(i % 10 == 0 ? shifted[i] : (shifted[i] + 1) % Classes);
        }

        string labels = _folder.Write("shifted-idx1-ubyte", shifted);
        string[] job = ["--methods", "max", "--budget-evals", "3"];

        var dry = await RunAsync($",labels={labels}@0..200", job);
        var run = await CommandLineRun.OfAsync(
        [
            "run", "--model", Checkout.At("samples", "glyphs.onnx"), "--data", $"{Images("calibration")}@0..32", "-o", _folder["out"],
            "--eval", $"{Images("evaluation")},labels={labels}@0..200", "--cache", "none", .. job,
        ]);

        dry.Code.ShouldBe(ExitCode.DataDoubted, dry.Error);
        run.Code.ShouldBe(ExitCode.DataDoubted, run.Error);
        string said = dry.Error.TrimEnd().Split('\n')[^1];
        said.ShouldContain("subtract 1 from the labels");
        run.Error.ShouldContain(said);
    }

    [Fact]
    public async Task Run_LabelsWithoutABudget_HasNoDoubt() => (await RunAsync("@0..200")).Output.ShouldNotContain("But:");

    [Fact]
    public async Task Run_LabelsFromAList_AreReadAndCounted()
    {
        string list = _folder.Write("labels.csv", "image,label\n3,1\n17,?\n");

        (await RunAsync(",labels=none@0..200", "--labels", list)).Output.ShouldContain(
            "the list has those of 2 of the 200 images: the job will stop where another one matters, after at most 200 together");
    }

    [Fact]
    public async Task Run_LabelsOfOtherImages_AreRefusedAsByTheRun() =>
        (await RunAsync(",labels=none@0..64", "--labels", _folder.Write("labels.csv", "image,label\n900,1\n"))).ShouldBeRefused(
            "is about image '900'; expected an index from 0 to 63", ExitCode.Failed);

    [Fact]
    public async Task Run_AFileThatIsNoLatencyTable_IsRefusedAsByTheRun() =>
        (await RunAsync("@0..64", "--latency-table", _folder.Write("latency.json", "no JSON"))).ShouldBeRefused(
            "is not a latency table (", ExitCode.Failed);

    [Fact]
    public async Task Run_AScriptThatIsAbsent_IsNotFound() =>
        (await RunAsync("@0..64", "--metric-command", "python3 scor.py --all", "--max-drop", "0.1")).ShouldBeRefused(
            $"--metric-command names scor.py, which is not in {Environment.CurrentDirectory}: correct its path.", ExitCode.NotFound);

    [Fact]
    public async Task Run_AnOutputThatIsAFile_IsRefused()
    {
        _folder.Write("out", "");

        (await RunAsync("@0..64")).ShouldBeRefused("cannot be made");
    }

    private Task<CommandLineRun> RunAsync(string judged, params string[] more) => CommandLineRun.OfAsync(
        [
            "run", "--model", Checkout.At("samples", "glyphs.onnx"), "--data", $"{Images("calibration")}@0..32",
            "--eval", $"{Images("evaluation")}{judged}", "--dry-run", "-o", _folder["out"], .. more,
        ]);

    private static string Labels => Checkout.At("samples", "glyphs", "glyphs-evaluation-labels-idx1-ubyte.gz");

    private static byte[] Gunzip(string path)
    {
        using var packed = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        packed.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static string Images(string set) => $"idx:{Checkout.At("samples", "glyphs", $"glyphs-{set}-images-idx3-ubyte.gz")}";
}
