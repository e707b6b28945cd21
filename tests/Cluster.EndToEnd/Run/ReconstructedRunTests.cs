namespace Cluster.EndToEnd.Run;

public sealed class ReconstructedRunTests(GlyphJob job)
{
    [Fact]
    public async Task Run_ReconstructAlways_IsJudgedAndTold()
    {
        using var folder = new WorkFolder();

        var run = await ClusterProcess.RunAsync(folder.Root, await CommandAsync("4"));

        run.ShouldBeDone();
        run.Error.ShouldContain(": block 1 of ");
        run.Output.ShouldContain("blocks");
        var files = new JobFiles(folder["out"]);
        var trial = files.Result().GetProperty("reconstruction");
        trial.GetProperty("tried").GetBoolean().ShouldBeTrue();
        trial.GetProperty("iterations").GetInt32().ShouldBe(4);
        trial.GetProperty("probe").GetProperty("total").GetInt32().ShouldBe(256);
        trial.GetProperty("steps").GetArrayLength().ShouldBeInRange(1, 3);
        foreach (var step in trial.GetProperty("steps").EnumerateArray())
        {
            step.GetProperty("after").GetProperty("accuracy").GetProperty("total").GetInt32().ShouldBe(256);
            step.GetProperty("blocks").GetArrayLength().ShouldBeGreaterThan(0);
        }

        files.Text("report.html").ShouldContain("Learned roundings");
        var state = files.State();
        state.Steps[0].Item.ShouldBeOfType<ReconstructItem>().Step.ShouldBe(ReconstructionStep.Probe);
        Directory.Exists(files["reconstruction"]).ShouldBeFalse();

        await files.ShouldBeBuiltAgainAsync(GlyphJob.Model);
    }

    [Fact]
    public async Task Run_KilledInABlock_EndsWithTheSameNumbers()
    {
        using var whole = new WorkFolder();
        using var folder = new WorkFolder();
        string[] command = await CommandAsync("40");
        var undisturbed = await ClusterProcess.RunAsync(whole.Root, command);
        undisturbed.ShouldBeDone();

        await ClusterProcess.KillAtAsync(folder.Root, ": block 3 of ", command);

        var killed = new JobFiles(folder["out"]);
        killed.State().Steps.ShouldHaveSingleItem().ShouldBeOfType<StepCompleted>().Result.ShouldBeOfType<WeightProbeResult>();
        Directory.Exists(killed["reconstruction"]).ShouldBeTrue();

        var resumed = await ClusterProcess.RunAsync(folder.Root, command);

        resumed.ShouldBeDone();
        // On a busy machine a block or two may end between the line that was read and the kill.
        resumed.Error.ShouldMatch("resumes after ([2-9]|10|11) finished blocks");
        var expected = First(new JobFiles(whole["out"]));
        var found = First(killed);
        found.Learned.ShouldBe(expected.Learned);
        found.Accuracy.ArtefactSha256.ShouldBe(expected.Accuracy.ArtefactSha256);
        found.Accuracy.CorrectBits.ShouldBe(expected.Accuracy.CorrectBits);
        found.Blocks.Select(block => (block.Name, block.Before, block.After, block.Kept))
            .ShouldBe(expected.Blocks.Select(block => (block.Name, block.Before, block.After, block.Kept)));
    }

    [Fact]
    public async Task Run_IterationsWithoutReconstruction_IsOneLine()
    {
        using var folder = new WorkFolder();

        var run = await ClusterProcess.RunAsync(folder.Root, job.Command("out", "--reconstruct", "never", "--iterations", "5"));

        run.Code.ShouldBe(2, run.Error);
        run.Error.ShouldContain("--iterations is 5 where no roundings are learned");
        Path.Exists(folder["out"]).ShouldBeFalse();
    }

    private static ReconstructResult First(JobFiles files) =>
        files.State().Steps.OfType<StepCompleted>().Select(step => step.Result).OfType<ReconstructResult>().First();

    private async Task<string[]> CommandAsync(string iterations) =>
        await job.ReplayQuantizedAsync("out", "--reconstruct", "always", "--iterations", iterations);
}
