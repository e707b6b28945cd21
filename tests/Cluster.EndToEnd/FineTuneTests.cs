using Cluster.DataSpecs;
using Cluster.Mutations;

namespace Cluster.EndToEnd;

public class FineTuneTests(GlyphJob job)
{
    [Fact]
    public async Task FineTune_PlanOfFourBits_GainsAndItsPlanMakesTheFileAgain()
    {
        using var folder = new WorkFolder();
        await PrepareAsync(folder);

        var run = await ClusterProcess.RunAsync(folder.Root, Tune("tuned.onnx", "3"));

        run.Code.ShouldBe(0, run.Error);
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
        Sha256(folder["tuned.onnx"]).ShouldBe(digest);
        Directory.Exists(folder["tuned.training"]).ShouldBeFalse();
        var again = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", "glyphs.onnx", "--plan", "tuned.plan.json", "--calibration",
            "tuned.calibration", "-o", "again.onnx");
        again.Code.ShouldBe(0, again.Error);
        Sha256(folder["again.onnx"]).ShouldBe(digest);
    }

    [Fact]
    public async Task FineTune_NetworkWithItsDataInAnotherFile_EndsWithTheBytesOfOneFile()
    {
        using var folder = new WorkFolder();
        await PrepareAsync(folder);
        var whole = await ClusterProcess.RunAsync(folder.Root, Tune("whole.onnx", "3"));
        whole.Code.ShouldBe(0, whole.Error);
        byte[] file = await File.ReadAllBytesAsync(folder["glyphs.onnx"], TestContext.Current.CancellationToken);
        var (model, data) = ApartSample.Split(file, "glyphs.bin");
        await File.WriteAllBytesAsync(folder["glyphs.onnx"], model, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(folder["glyphs.bin"], data, TestContext.Current.CancellationToken);

        var apart = await ClusterProcess.RunAsync(folder.Root, Tune("apart.onnx", "3"));

        apart.Code.ShouldBe(0, apart.Error);
        apart.Json().GetProperty("fineTune").GetProperty("kept").GetBoolean().ShouldBeTrue(apart.Output);
        Sha256(folder["apart.onnx"]).ShouldBe(Sha256(folder["whole.onnx"]));
    }

    [Fact]
    public async Task FineTune_InterruptedThenKilledThenAgain_EndsWithTheSameBytes()
    {
        using var folder = new WorkFolder();
        await PrepareAsync(folder);
        var whole = await ClusterProcess.RunAsync(folder.Root, Tune("whole.onnx", "5"));
        whole.Code.ShouldBe(0, whole.Error);
        foreach (var (signal, code, epoch) in new[] { (Signals.Interrupt, 130, 1), (Signals.Kill, 137, 3) })
        {
            using var process = ClusterProcess.Start(folder.Root, Tune("tuned.onnx", "5"));
            await ClusterProcess.UntilSaidAsync(process, $"epoch {epoch} of ");
            Signals.Send(process.Id, signal);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            process.ExitCode.ShouldBe(code);
        }

        File.Exists(folder["tuned.onnx"]).ShouldBeFalse();
        Directory.Exists(folder["tuned.training"]).ShouldBeTrue();

        var resumed = await ClusterProcess.RunAsync(folder.Root, Tune("tuned.onnx", "5"));

        resumed.Code.ShouldBe(0, resumed.Error);
        resumed.Json().GetProperty("fineTune").GetProperty("resumedAt").GetInt64().ShouldBeGreaterThan(0);
        Sha256(folder["tuned.onnx"]).ShouldBe(Sha256(folder["whole.onnx"]));
        resumed.Json().GetProperty("fineTune").GetProperty("epochs").GetRawText()
            .ShouldBe(whole.Json().GetProperty("fineTune").GetProperty("epochs").GetRawText());
    }

    [Fact]
    public async Task FineTune_SomebodyTimesMeanwhile_GivesWayAndEndsWithTheSameBytes()
    {
        using var folder = new WorkFolder();
        await PrepareAsync(folder);
        var whole = await ClusterProcess.RunAsync(folder.Root, Tune("whole.onnx", "5"));
        whole.Code.ShouldBe(0, whole.Error);

        using var process = ClusterProcess.StartWith(
            [$"CLUSTER_MACHINE_LOCK={folder["machine.lock"]}"], folder.Root, Tune("tuned.onnx", "5"));
        await ClusterProcess.UntilSaidAsync(process, "epoch 1 of ");
        using var timing = TimingProcess.Start(folder["machine.lock"]);

        await timing.HasItAsync();
        process.HasExited.ShouldBeFalse("the machine was had while there was training");
        timing.End();
        string rest = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        process.ExitCode.ShouldBe(0, rest);
        rest.ShouldContain("epoch 5 of 5:");
        Sha256(folder["tuned.onnx"]).ShouldBe(Sha256(folder["whole.onnx"]));
    }

    [Fact]
    public async Task FineTune_InvalidOptions_AreOneLineEach()
    {
        using var folder = new WorkFolder();
        await PrepareAsync(folder);

        await ExpectAsync(folder, 2, "model itself", Tune("glyphs.onnx", "1"));
        await ExpectAsync(folder, 2, "--epochs must be at least 1, not 0", Tune("t.onnx", "0"));
        await ExpectAsync(folder, 3, "nowhere", [.. Tune("t.onnx", "1").Select(word => word == "q.plan.json" ? "nowhere.json" : word)]);
    }

    private string[] Tune(string output, string epochs) =>
    [
        "finetune", "--model", "glyphs.onnx", "--plan", "q.plan.json", "--train", job.Training, "--eval", job.Evaluation,
        "--epochs", epochs, "--seed", "5", "--json", "-o", output,
    ];

    // With four bits and without corrected biases there is much to learn.
    private async Task PrepareAsync(WorkFolder folder)
    {
        foreach (string name in new[] { GlyphJob.Model, PreprocessPlace.Beside(GlyphJob.Model) })
        {
            File.Copy(name, folder[Path.GetFileName(name)]);
        }

        var run = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", "glyphs.onnx", "--data", job.Calibration, "--weight-bits", "4", "--activation-bits", "4",
            "--first-last-bits", "4", "--no-bias-correction", "-o", "q.onnx");
        run.Code.ShouldBe(0, run.Error);
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
