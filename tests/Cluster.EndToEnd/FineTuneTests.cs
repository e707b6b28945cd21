using Cluster.Mutations;

namespace Cluster.EndToEnd;

public class FineTuneTests
{
    private const int Images = 1200;

    [Fact]
    public async Task FineTune_UntrainedNetwork_LearnsAndItsPlanMakesTheFileAgain()
    {
        using var folder = new WorkFolder();
        await PrepareAsync(folder);

        var run = await ClusterProcess.RunAsync(folder.Root, Tune("tuned.onnx", "3"));

        run.Code.ShouldBe(0, run.Error);
        var report = run.Json();
        report.GetProperty("kept").GetBoolean().ShouldBeTrue(report.GetProperty("reason").GetString());
        report.GetProperty("after").GetProperty("correct").GetInt32()
            .ShouldBeGreaterThan(report.GetProperty("before").GetProperty("correct").GetInt32());
        report.GetProperty("training").GetProperty("epochs").GetArrayLength().ShouldBe(4);
        report.GetProperty("parity").GetProperty("passed").GetBoolean().ShouldBeTrue();
        string digest = report.GetProperty("output").GetProperty("sha256").GetString()!;
        report.GetProperty("trainedSha256").GetString().ShouldBe(digest);
        Sha256(folder["tuned.onnx"]).ShouldBe(digest);
        Directory.Exists(folder["tuned.training"]).ShouldBeFalse();
        var again = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", "tiny.onnx", "--plan", "tuned.plan.json", "--calibration",
            "tuned.calibration", "-o", "again.onnx");
        again.Code.ShouldBe(0, again.Error);
        Sha256(folder["again.onnx"]).ShouldBe(digest);
    }

    [Fact]
    public async Task FineTune_NetworkWithItsDataInAnotherFile_EndsWithTheBytesOfOneFile()
    {
        using var folder = new WorkFolder();
        await PrepareAsync(folder);
        var whole = await ClusterProcess.RunAsync(folder.Root, Tune("whole.onnx", "2"));
        whole.Code.ShouldBe(0, whole.Error);
        byte[] file = await File.ReadAllBytesAsync(folder["tiny.onnx"], TestContext.Current.CancellationToken);
        var (model, data) = ApartSample.Split(file, "tiny.bin");
        await File.WriteAllBytesAsync(folder["tiny.onnx"], model, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(folder["tiny.bin"], data, TestContext.Current.CancellationToken);

        var apart = await ClusterProcess.RunAsync(folder.Root, Tune("apart.onnx", "2"));

        apart.Code.ShouldBe(0, apart.Error);
        apart.Json().GetProperty("kept").GetBoolean().ShouldBeTrue(apart.Json().GetProperty("reason").GetString());
        Sha256(folder["apart.onnx"]).ShouldBe(Sha256(folder["whole.onnx"]));
    }

    [Fact]
    public async Task FineTune_InterruptedThenKilledThenAgain_EndsWithTheSameBytes()
    {
        using var folder = new WorkFolder();
        await PrepareAsync(folder);
        var whole = await ClusterProcess.RunAsync(folder.Root, Tune("whole.onnx", "40"));
        whole.Code.ShouldBe(0, whole.Error);
        foreach (var (signal, code, epoch) in new[] { (Signals.Interrupt, 130, 2), (Signals.Kill, 137, 4) })
        {
            using var process = ClusterProcess.Start(folder.Root, Tune("tuned.onnx", "40"));
            await ClusterProcess.UntilSaidAsync(process, $"epoch {epoch}:");
            Signals.Send(process.Id, signal);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            process.ExitCode.ShouldBe(code);
        }

        File.Exists(folder["tuned.onnx"]).ShouldBeFalse();
        Directory.Exists(folder["tuned.training"]).ShouldBeTrue();

        var resumed = await ClusterProcess.RunAsync(folder.Root, Tune("tuned.onnx", "40"));

        resumed.Code.ShouldBe(0, resumed.Error);
        resumed.Json().GetProperty("training").GetProperty("resumedAt").GetInt64().ShouldBeGreaterThan(0);
        Sha256(folder["tuned.onnx"]).ShouldBe(Sha256(folder["whole.onnx"]));
        resumed.Json().GetProperty("training").GetProperty("epochs").GetRawText()
            .ShouldBe(whole.Json().GetProperty("training").GetProperty("epochs").GetRawText());
    }

    [Fact]
    public async Task FineTune_SomebodyTimesMeanwhile_GivesWayAndEndsWithTheSameBytes()
    {
        using var folder = new WorkFolder();
        await PrepareAsync(folder);
        var whole = await ClusterProcess.RunAsync(folder.Root, Tune("whole.onnx", "40"));
        whole.Code.ShouldBe(0, whole.Error);

        // A temporary folder of its own: there lies the lock.
        using var process = ClusterProcess.StartWith([$"TMPDIR={folder.Root}"], folder.Root, Tune("tuned.onnx", "40"));
        await ClusterProcess.UntilSaidAsync(process, "epoch 2:");
        using var timing = TimingProcess.Start(folder["cluster-machine.lock"]);

        await timing.HasItAsync();
        process.HasExited.ShouldBeFalse("the machine was had while there was training");
        timing.End();
        string rest = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        process.ExitCode.ShouldBe(0, rest);
        rest.ShouldContain("epoch 40:");
        Sha256(folder["tuned.onnx"]).ShouldBe(Sha256(folder["whole.onnx"]));
    }

    [Fact]
    public async Task FineTune_OptionsThatCannotBeUsed_AreOneLineEach()
    {
        using var folder = new WorkFolder();
        await PrepareAsync(folder);

        await ExpectAsync(folder, 2, "sgd or adamw", [.. Tune("t.onnx", "1").Select(word => word == "sgd" ? "lion" : word)]);
        await ExpectAsync(folder, 2, "model itself", Tune("tiny.onnx", "1"));
        await ExpectAsync(folder, 1, "learning rate is 0", [.. Tune("t.onnx", "1").Select(word => word == "0.05" ? "0" : word)]);
        await ExpectAsync(folder, 3, "nowhere", [.. Tune("t.onnx", "1").Select(word => word == "q.plan.json" ? "nowhere.json" : word)]);
    }

    private static string[] Tune(string output, string epochs) =>
    [
        "finetune", "--model", "tiny.onnx", "--plan", "q.plan.json", "--train", "idx:images-idx3-ubyte@0..900", "--eval",
        "idx:images-idx3-ubyte@900..",
        "--epochs", epochs, "--batch", "16", "--optimizer", "sgd", "--lr", "0.05", "--distill", "0", "--checkpoint-every",
        "7", "--seed", "5", "--threads", "1", "--json", "-o", output,
    ];

    // Labels that a network can learn: how bright the image is.
    private static async Task PrepareAsync(WorkFolder folder)
    {
        TinyNetwork.Write(folder.Root);
        var random = new Random(3);
        byte[] pixels = new byte[Images * TinyNetwork.Side * TinyNetwork.Side];
        byte[] labels = new byte[Images];
        for (int image = 0; image < Images; image++)
        {
            labels[image] = (byte)random.Next(TinyNetwork.Classes);
            for (int pixel = 0; pixel < TinyNetwork.Side * TinyNetwork.Side; pixel++)
            {
                int level = (labels[image] * 60) + random.Next(100);
                pixels[(image * TinyNetwork.Side * TinyNetwork.Side) + pixel] = (byte)level;
            }
        }

        IdxWriter.WriteImages(folder["images-idx3-ubyte"], pixels, 1, TinyNetwork.Side, TinyNetwork.Side, gzip: false);
        IdxWriter.WriteLabels(folder["labels-idx1-ubyte"], labels, gzip: false);
        var run = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", "tiny.onnx", "--data", "idx:images-idx3-ubyte@0..64", "-o", "q.onnx");
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
