namespace Cluster.EndToEnd.Run;

[Long]
public sealed class FineTunedRunTests(GlyphJob job)
{
    [Fact]
    public async Task Run_FineTuneAlways_IsJudgedAndTold()
    {
        var (run, files) = await UndisturbedAsync();

        run.Error.ShouldContain("fine-tuning: epoch 1 of 6: loss ");
        var trial = files.Result().GetProperty("fineTune");
        trial.GetProperty("tried").GetBoolean().ShouldBeTrue();
        trial.GetProperty("after").GetProperty("accuracy").GetProperty("total").GetInt32().ShouldBe(256);
        bool kept = trial.GetProperty("kept").GetBoolean();
        string reason = trial.GetProperty("reason").GetString()!;
        kept.ShouldBe(trial.GetProperty("gainCi95")[0].GetDouble() > 0 || reason.Contains("as good or better"), reason);
        files.Text("report.html").ShouldContain(kept ? "was fine-tuned over 6 epochs and kept" : "changed nothing");
        string trained = trial.GetProperty("after").GetProperty("artefact").GetProperty("path").GetString()!;
        trained.ShouldBe(kept ? "winner.qdq.onnx" : "trained.qdq.onnx");
        Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(files[trained], TestContext.Current.CancellationToken)))
            .ShouldBe(trial.GetProperty("after").GetProperty("artefact").GetProperty("sha256").GetString());
        File.Exists(files["trained.qdq.onnx"]).ShouldBe(!kept);
        files.Journal().Count(record => record.Event is StepCompleted { Step: "fine-tune" }).ShouldBe(1);
        Directory.Exists(files["fine-tuning"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Run_KilledInAnEpoch_EndsWithTheSameResult()
    {
        using var folder = new WorkFolder();
        string[] command = await CommandAsync("out");

        await ClusterProcess.KillAtAsync(folder.Root, "fine-tuning: epoch 2", command);

        var killed = new JobFiles(folder["out"]);
        killed.State().Steps.ShouldBeEmpty();
        Directory.Exists(killed["fine-tuning"]).ShouldBeTrue();

        var resumed = await ClusterProcess.RunAsync(folder.Root, command);

        resumed.ShouldBeDone();
        resumed.Error.ShouldContain("resumed at step");
        var undisturbed = (await UndisturbedAsync()).Files;
        var expected = Tuned(undisturbed);
        var found = Tuned(killed);
        found.Result.Learned.ShouldBe(expected.Result.Learned);
        found.Result.Accuracy.ArtefactSha256.ShouldBe(expected.Result.Accuracy.ArtefactSha256);
        found.Result.Accuracy.CorrectBits.ShouldBe(expected.Result.Accuracy.CorrectBits);
        found.Reason.ShouldBe(expected.Reason);
        killed.ShouldHaveTheWinnerOf(undisturbed);
    }

    [Fact]
    public async Task Run_FineTuneAlwaysWithoutImages_IsOneLine()
    {
        using var folder = new WorkFolder();

        var run = await ClusterProcess.RunAsync(folder.Root, job.Command("out", "--fine-tune", "always"));

        run.Code.ShouldBe(2, run.Error);
        run.Error.ShouldContain("--train");
        Path.Exists(folder["out"]).ShouldBeFalse();
    }

    private static (LearnedResult Result, string Reason) Tuned(JobFiles files)
    {
        var tuned = files.State().Steps.ShouldHaveSingleItem().ShouldBeOfType<StepCompleted>();
        return ((LearnedResult)tuned.Result, tuned.Reason);
    }

    private async Task<(ClusterProcess Run, JobFiles Files)> UndisturbedAsync() =>
        await job.OnceAsync("tuned", await CommandAsync("tuned"));

    private async Task<string[]> CommandAsync(string output) =>
        await job.ReplayQuantizedAsync(output, "--fine-tune", "always", "--train", job.Training, "--epochs", "6");
}
