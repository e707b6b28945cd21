using Cluster.DataSpecs;
using Cluster.Mutations;

namespace Cluster.EndToEnd;

[Long]
public sealed class FineTuneTests(FourBits fourBits) : IClassFixture<FourBits>
{
    [Fact]
    public async Task FineTune_PlanOfFourBits_GainsAndItsPlanMakesTheFileAgain()
    {
        using var folder = fourBits.Copy();

        var run = await fourBits.WholeAsync("3");

        var report = run.Json();
        var tuned = report.GetProperty("fineTune");
        tuned.GetProperty("kept").GetBoolean().ShouldBeTrue(tuned.GetProperty("reason").GetString());
        tuned.GetProperty("after").GetProperty("correct").GetInt32()
            .ShouldBeGreaterThan(tuned.GetProperty("before").GetProperty("correct").GetInt32());
        report.GetProperty("accuracy").GetProperty("correct").GetInt32()
            .ShouldBe(tuned.GetProperty("after").GetProperty("correct").GetInt32());
        tuned.GetProperty("epochs").GetArrayLength().ShouldBe(4);
        report.GetProperty("parity").GetProperty("passed").GetBoolean().ShouldBeTrue();
        string digest = report.GetProperty("output").GetProperty("sha256").GetString()!;
        tuned.GetProperty("trainedSha256").GetString().ShouldBe(digest);
        fourBits.Sha256Of("3").ShouldBe(digest);
        Directory.Exists(fourBits["3.training"]).ShouldBeFalse();
        var again = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", "glyphs.onnx", "--plan", fourBits["3.plan.json"], "--calibration",
            fourBits["3.calibration"], "-o", "again.onnx");
        again.Code.ShouldBe(0, again.Error);
        Sha256(folder["again.onnx"]).ShouldBe(digest);
    }

    [Fact]
    public async Task FineTune_NetworkWithItsDataInAnotherFile_EndsWithTheBytesOfOneFile()
    {
        using var folder = fourBits.Copy();
        await fourBits.WholeAsync("3");
        byte[] file = await File.ReadAllBytesAsync(folder["glyphs.onnx"], TestContext.Current.CancellationToken);
        var (model, data) = ApartSample.Split(file, "glyphs.bin");
        await File.WriteAllBytesAsync(folder["glyphs.onnx"], model, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(folder["glyphs.bin"], data, TestContext.Current.CancellationToken);

        var apart = await ClusterProcess.RunAsync(folder.Root, fourBits.Tune("apart.onnx", "3"));

        apart.Code.ShouldBe(0, apart.Error);
        apart.Json().GetProperty("fineTune").GetProperty("kept").GetBoolean().ShouldBeTrue(apart.Output);
        Sha256(folder["apart.onnx"]).ShouldBe(fourBits.Sha256Of("3"));
    }

    [Fact]
    public async Task FineTune_InterruptedThenKilledThenAgain_EndsWithTheSameBytes()
    {
        using var folder = fourBits.Copy();
        var whole = await fourBits.WholeAsync("5");
        foreach (var (signal, code, epoch) in new[] { (Signals.Interrupt, 130, 1), (Signals.Kill, 137, 3) })
        {
            using var process = ClusterProcess.Start(folder.Root, fourBits.Tune("tuned.onnx", "5"));
            await ClusterProcess.UntilSaidAsync(process, $"epoch {epoch} of ");
            Signals.Send(process.Id, signal);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            process.ExitCode.ShouldBe(code);
        }

        File.Exists(folder["tuned.onnx"]).ShouldBeFalse();
        Directory.Exists(folder["tuned.training"]).ShouldBeTrue();

        var resumed = await ClusterProcess.RunAsync(folder.Root, fourBits.Tune("tuned.onnx", "5"));

        resumed.Code.ShouldBe(0, resumed.Error);
        resumed.Json().GetProperty("fineTune").GetProperty("resumedAt").GetInt64().ShouldBeGreaterThan(0);
        Sha256(folder["tuned.onnx"]).ShouldBe(fourBits.Sha256Of("5"));
        resumed.Json().GetProperty("fineTune").GetProperty("epochs").GetRawText()
            .ShouldBe(whole.Json().GetProperty("fineTune").GetProperty("epochs").GetRawText());
    }

    [Fact]
    public async Task FineTune_SomebodyTimesMeanwhile_GivesWayAndEndsWithTheSameBytes()
    {
        using var folder = fourBits.Copy();
        await fourBits.WholeAsync("5");

        using var process = ClusterProcess.StartWith(
            [$"CLUSTER_MACHINE_LOCK={folder["machine.lock"]}"], folder.Root, fourBits.Tune("tuned.onnx", "5"));
        await ClusterProcess.UntilSaidAsync(process, "epoch 1 of ");
        using var timing = TimingProcess.Start(folder["machine.lock"]);

        await timing.HasItAsync();
        process.HasExited.ShouldBeFalse("the machine was had while there was training");
        timing.End();
        string rest = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        process.ExitCode.ShouldBe(0, rest);
        rest.ShouldContain("epoch 5 of 5:");
        Sha256(folder["tuned.onnx"]).ShouldBe(fourBits.Sha256Of("5"));
    }

    [Fact]
    public async Task FineTune_RateThatChangesNothing_WritesBothFilesWhosePlansCanBeChanged()
    {
        using var folder = fourBits.Copy();
        string[] mixed = await fourBits.MixedAsync(folder);

        var run = await ClusterProcess.RunAsync(
            folder.Root, [.. mixed, "--learning-rate", "1e-12", "--schedule", "constant", "--optimizer", "sgd"]);

        run.Code.ShouldBe(0, run.Error);
        var tuned = run.Json().GetProperty("fineTune");
        tuned.GetProperty("kept").GetBoolean().ShouldBeFalse();
        tuned.GetProperty("reason").GetString()!.ShouldEndWith("the plan stays as it was");
        tuned.GetProperty("trained").GetString().ShouldBe("mixed.tuned.trained.onnx");
        Sha256(folder["mixed.tuned.trained.onnx"]).ShouldBe(tuned.GetProperty("trainedSha256").GetString());
        Sha256(folder["mixed.tuned.onnx"]).ShouldBe(run.Json().GetProperty("output").GetProperty("sha256").GetString());

        // The second layer's inputs have 4 bits, and 8 beside the first in FP32.
        var kept = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", "glyphs.onnx", "--plan", "mixed.tuned.trained.plan.json", "--calibration",
            "mixed.tuned.trained.calibration", "--keep-fp32", "1", "-o", "kept.onnx");
        kept.Code.ShouldBe(0, kept.Error);
    }

    [Fact]
    public async Task FineTune_InvalidOptions_AreOneLineEach()
    {
        using var folder = fourBits.Copy();

        await ExpectAsync(folder, 2, "model itself", fourBits.Tune("glyphs.onnx", "1"));
        await ExpectAsync(folder, 2, "--epochs must be at least 1, not 0", fourBits.Tune("t.onnx", "0"));
        await ExpectAsync(folder, 2, "--learning-rate must be a number above 0", [.. fourBits.Tune("t.onnx", "1"), "--learning-rate", "0"]);
        await ExpectAsync(folder, 2, "leave one of them out", [.. fourBits.Tune("t.onnx", "1"), "--original-epochs", "90"]);
        await ExpectAsync(folder, 2, "--schedule must be", [.. fourBits.Tune("t.onnx", "1"), "--schedule", "linear"]);
        string[] absent = [.. fourBits.Tune("t.onnx", "1").Select(word => word == "q.plan.json" ? "nowhere.json" : word)];
        await ExpectAsync(folder, 3, "nowhere", absent);
    }

    private static async Task ExpectAsync(WorkFolder folder, int code, string text, string[] args)
    {
        var run = await ClusterProcess.RunAsync(folder.Root, args);
        run.Code.ShouldBe(code, run.Error);
        run.Error.ShouldContain(text);
        run.Output.ShouldBeEmpty();
        File.Exists(folder["t.onnx"]).ShouldBeFalse();
    }

    private static string Sha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}

/// <summary>
/// The glyphs' plan with four bits everywhere and without corrected biases, which has much to learn; what it learns undisturbed.
/// </summary>
public sealed class FourBits(GlyphJob job) : IAsyncLifetime
{
    private readonly WorkFolder _folder = new();
    private readonly ConcurrentDictionary<string, Lazy<Task<ClusterProcess>>> _whole = new(StringComparer.Ordinal);

    internal string this[string name] => _folder[name];

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_folder["given"]);
        foreach (string name in new[] { GlyphJob.Model, PreprocessPlace.Beside(GlyphJob.Model) })
        {
            File.Copy(name, _folder[$"given/{Path.GetFileName(name)}"]);
        }

        var run = await ClusterProcess.RunAsync(
            _folder["given"], "quantize", "--model", "glyphs.onnx", "--data", job.Calibration, "--weight-bits", "4", "--activation-bits",
            "4", "--first-last-bits", "4", "--no-bias-correction", "-o", "q.onnx");
        run.Code.ShouldBe(0, run.Error);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A folder with the network and the plan.</summary>
    internal WorkFolder Copy()
    {
        var copy = new WorkFolder();
        new JobFiles(_folder["given"]).CopyTo(copy.Root);
        return copy;
    }

    internal string[] Tune(string output, string epochs) =>
    [
        "finetune", "--model", "glyphs.onnx", "--plan", "q.plan.json", "--train", job.Training, "--eval", job.Evaluation,
        "--epochs", epochs, "--seed", "5", "--json", "-o", output,
    ];

    /// <summary>
    /// Makes a plan of 8 bits in the first and last layer and 4 within, and returns the words that train it for an epoch.
    /// </summary>
    internal async Task<string[]> MixedAsync(WorkFolder folder)
    {
        var run = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", "glyphs.onnx", "--data", job.Calibration, "--weight-bits", "4", "--activation-bits",
            "4", "--first-last-bits", "8", "-o", "mixed.onnx");
        run.Code.ShouldBe(0, run.Error);
        return [.. Tune("mixed.tuned.onnx", "1").Select(word => word == "q.plan.json" ? "mixed.plan.json" : word)];
    }

    /// <summary>So many epochs without a disturbance, once for all tests; its files begin with their number.</summary>
    internal Task<ClusterProcess> WholeAsync(string epochs) => _whole.GetOrAdd(
        epochs,
        _ => new(async () =>
        {
            var run = await ClusterProcess.RunAsync(_folder["given"], Tune(_folder[$"{epochs}.onnx"], epochs));
            run.Code.ShouldBe(0, run.Error);
            return run;
        })).Value;

    internal string Sha256Of(string epochs) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_folder[$"{epochs}.onnx"])));
}
