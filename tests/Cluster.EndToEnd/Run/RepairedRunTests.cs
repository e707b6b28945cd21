using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Results;

namespace Cluster.EndToEnd.Run;

/// <summary>
/// Roundings that are learned before plans are tried. A budget of bit operations makes the winner take weights of 4 bits on any processor.
/// </summary>
[Long]
public sealed class RepairedRunTests(GlyphJob job)
{
    [Fact]
    public async Task Run_Repair_TheWinnerHasLearnedWeightsAndIsBuiltAgain()
    {
        var (run, files) = await UndisturbedAsync();

        run.Error.ShouldContain("repair by AdaRound: the loss of ");
        var repairs = files.Result().GetProperty("repairs");
        repairs.EnumerateArray().Select(trial => trial.GetProperty("format").GetString()).ShouldBe(["int8", "w4a8"]);
        var outcome = JobOutcome.Of(files.State());
        var nibbles = outcome.Result.Repairs![1];
        nibbles.Groups.ShouldNotBeEmpty();
        nibbles.Groups.ShouldAllBe(group => group.After < group.Before);
        outcome.Winner.Plan.Groups.ShouldContain(group => group.Repair == nibbles.Learned);
        files.Text("report.html").ShouldContain("rounded by AdaRound");
        files.ShouldMatchTheirSchemas();
        Directory.Exists(files["reconstruction"]).ShouldBeFalse("finished layers of a published winner are of no use");

        await files.ShouldBeBuiltAgainAsync(GlyphJob.Model);
    }

    [Fact]
    public async Task Run_WeightCorrection_IsOfferedToPlansAndBuiltAgain()
    {
        using var folder = new WorkFolder();

        var run = await ClusterProcess.RunAsync(folder.Root, Command("out", "10", repair: "bias_correction"));

        run.ShouldBeDone();
        run.Error.ShouldContain("layers came nearer to FP32's mean and deviation");
        var files = new JobFiles(folder["out"]);
        var nibbles = JobOutcome.Of(files.State()).Result.Repairs![1];
        (nibbles.Method, nibbles.Format.Text).ShouldBe((RepairMethod.WeightCorrection, "w4a8"));
        nibbles.Groups.ShouldNotBeEmpty();
        nibbles.Groups.ShouldAllBe(group => group.After < group.Before);
        files.ShouldMatchTheirSchemas();
        await files.ShouldBeBuiltAgainAsync(GlyphJob.Model);
    }

    // As in RepairTests with every strategy; here with numbers that are learned, and training that goes on from them.
    [Theory]
    [InlineData("brecq", "greedy", new[] { RepairMethod.Brecq })]
    [InlineData("QDrop", "ladder", new[] { RepairMethod.QDrop })]
    [InlineData("auto", "knapsack", new[] { RepairMethod.AdaRound, RepairMethod.Brecq, RepairMethod.QDrop })]
    public async Task Run_RepairByBlocks_IsAChoiceOfPlansAndTrainingIsJudgedByTheOneTest(
        string repair, string strategy, RepairMethod[] methods)
    {
        using var folder = new WorkFolder();

        var run = await ClusterProcess.RunAsync(
            folder.Root,
            [
                .. Command("out", "10", repair: repair), "--strategy", strategy, "--train", job.Training, "--fine-tune", "always",
                "--epochs", "1",
            ]);

        run.ShouldBeDone();
        var files = new JobFiles(folder["out"]);
        var trials = JobOutcome.Of(files.State()).Result.Repairs.ShouldNotBeNull();
        trials.Select(trial => trial.Method).Distinct().ShouldBe(methods);
        trials.Select(trial => trial.Format.Text).Distinct().ShouldBe(["int8", "w4a8"]);
        string[] learned = [.. trials.Select(trial => trial.Learned).OfType<string>()];
        var chosen = files.State().Selection!.Plan.Groups.Where(group => group.Repair is not null).ToArray();
        chosen.ShouldNotBeEmpty();
        chosen.ShouldAllBe(group => learned.Contains(group.Repair));

        var trial = files.Result().GetProperty("fineTune");
        var (before, after) = (Accuracy("before"), Accuracy("after"));
        bool isAsRight = after.GetProperty("correct").GetInt32() >= before.GetProperty("correct").GetInt32();
        bool isCloser = after.GetProperty("kl").GetDouble() <= 0.9 * before.GetProperty("kl").GetDouble();
        trial.GetProperty("kept").GetBoolean().ShouldBe(
            trial.GetProperty("gainCi95")[0].GetDouble() > 0 || (isAsRight && isCloser), trial.GetProperty("reason").GetString());
        await files.ShouldBeBuiltAgainAsync(GlyphJob.Model);

        JsonElement Accuracy(string name) => trial.GetProperty(name).GetProperty("accuracy");
    }

    [Fact]
    public async Task Run_KilledWhileItLearns_ResumesToTheSameNumbers()
    {
        using var folder = new WorkFolder();

        await ClusterProcess.KillAtAsync(folder.Root, ": block 3 of ", Command("out", "10"));

        var resumed = await ClusterProcess.RunAsync(folder.Root, Command("out", "10"));

        resumed.ShouldBeDone();
        resumed.Error.ShouldContain("resumes after ");
        Learned(new JobFiles(folder["out"])).ShouldBe(Learned((await UndisturbedAsync()).Files));

        static (string?, string)[] Learned(JobFiles files) =>
        [
            .. files.Completed().Select(item => item.Result).OfType<RepairResult>().Select(
                result => (result.Learned, string.Join(',', result.Groups))),
        ];
    }

    [Fact]
    public async Task Run_RepairReconstructAndFineTune_GoOnFromEachOther()
    {
        using var folder = new WorkFolder();

        var run = await ClusterProcess.RunAsync(
            folder.Root,
            [
                .. Command("out", "10", reconstruct: "always"), "--train", job.Training,
                "--fine-tune", "always", "--epochs", "1",
            ]);

        run.ShouldBeDone();
        var files = new JobFiles(folder["out"]);
        var steps = files.State().Steps;
        steps.OfType<Coordinator.Journal.StepFailed>().ShouldBeEmpty();
        steps.Select(step => step.Item).OfType<ReconstructItem>().First().Plan.Groups.ShouldContain(group => group.Repair != null);
        steps.Select(step => step.Item).OfType<FineTuneItem>().ShouldHaveSingleItem();

        // What a step learned holds what the plan had before.
        foreach (var learned in steps.OfType<Coordinator.Journal.StepCompleted>().Select(step => step.Result).OfType<LearnedResult>())
        {
            learned.Plan.Groups.ShouldAllBe(group => group.Repair == null);
        }

        await files.ShouldBeBuiltAgainAsync(GlyphJob.Model);
    }

    private Task<(ClusterProcess Run, JobFiles Files)> UndisturbedAsync() => job.OnceAsync("repaired", Command("repaired", "10"));

    // 2.1 million multiply-accumulates of 4 or 8 bits by 8.
    private string[] Command(string output, string iterations, string reconstruct = "never", string repair = "adaround") =>
    [
        "run", "--model", GlyphJob.Model, "--data", job.Calibration, "--eval", job.Evaluation, "--methods", "max", "--formats", "int8,w4a8",
        "--bops-budget", "80e6", "--batch", "8", "--cache", "none", "--repair", repair, "--iterations", iterations,
        "--reconstruct", reconstruct, "-o", output,
    ];
}
