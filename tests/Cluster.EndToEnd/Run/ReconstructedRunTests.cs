namespace Cluster.EndToEnd.Run;

[Long]
public sealed class ReconstructedRunTests(GlyphJob job)
{
    [Fact]
    public async Task Run_ReconstructAlways_IsJudgedAndTold()
    {
        var (run, files) = await UndisturbedAsync();

        run.Error.ShouldContain(": block 1 of ");
        run.Output.ShouldContain("blocks");
        var trial = files.Result().GetProperty("reconstruction");
        trial.GetProperty("tried").GetBoolean().ShouldBeTrue();
        trial.GetProperty("iterations").GetInt32().ShouldBe(40);
        trial.GetProperty("probe").GetProperty("total").GetInt32().ShouldBe(256);
        trial.GetProperty("steps").GetArrayLength().ShouldBeInRange(1, 3);
        foreach (var step in trial.GetProperty("steps").EnumerateArray())
        {
            step.GetProperty("after").GetProperty("accuracy").GetProperty("total").GetInt32().ShouldBe(256);
            step.GetProperty("blocks").GetArrayLength().ShouldBeGreaterThan(0);
        }

        files.Text("report.html").ShouldContain("Learned after the search");
        var state = files.State();
        state.Steps[0].Item.ShouldBeOfType<ReconstructItem>().Step.ShouldBe(ReconstructionStep.Probe);
        Directory.Exists(files["reconstruction"]).ShouldBeFalse();

        await files.ShouldBeBuiltAgainAsync(GlyphJob.Model);
    }

    [Fact]
    public async Task Run_KilledInABlock_EndsWithTheSameNumbers()
    {
        using var folder = new WorkFolder();
        string[] command = await CommandAsync("out");

        await ClusterProcess.KillAtAsync(folder.Root, ": block 3 of ", command);

        var killed = new JobFiles(folder["out"]);
        killed.State().Steps.ShouldHaveSingleItem().ShouldBeOfType<StepCompleted>().Result.ShouldBeOfType<WeightProbeResult>();
        Directory.Exists(killed["reconstruction"]).ShouldBeTrue();

        var resumed = await ClusterProcess.RunAsync(folder.Root, command);

        resumed.ShouldBeDone();
        // On a busy machine a block or two may end between the line that was read and the kill.
        resumed.Error.ShouldMatch("resumes after ([2-9]|10|11) finished blocks");
        var expected = First((await UndisturbedAsync()).Files);
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

    private async Task<(ClusterProcess Run, JobFiles Files)> UndisturbedAsync() =>
        await job.OnceAsync("reconstructed", await CommandAsync("reconstructed"));

    private async Task<string[]> CommandAsync(string output) =>
        await job.ReplayQuantizedAsync(output, "--reconstruct", "always", "--iterations", "40");
}
