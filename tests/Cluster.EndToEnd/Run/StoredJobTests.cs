using Cluster.Coordinator.Results;

namespace Cluster.EndToEnd.Run;

/// <summary>What a job's folder answers after the job: solve, compare, explain, replay.</summary>
[Long]
public sealed class StoredJobTests(GlyphJob job)
{
    [Fact]
    public async Task Replay_FinishedJob_AgreesAndATamperedOneDoesNot()
    {
        var files = await job.FinishedAsync();
        var run = await ClusterProcess.RunAsync(files.Root, "replay", files.Root);
        run.Code.ShouldBe(0, run.Error);
        run.Output.ShouldContain("every decision is the same");

        using var folder = new WorkFolder();
        (await ClusterProcess.RunAsync(folder.Root, "replay", "none")).Code.ShouldBe(3, "a folder that is not there");
        await File.WriteAllTextAsync(
            folder["journal.jsonl"], files.Text("journal.jsonl").Replace("\"kl\":0.", "\"kl\":1.", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        (await ClusterProcess.RunAsync(folder.Root, "replay", folder.Root)).Code.ShouldBe(1, "its sums do not fit its lines");
    }

    [Fact]
    public async Task Explain_Group_IsTheReasonOfTheResult()
    {
        var files = await job.FinishedAsync();
        var group = files.Result().GetProperty("groups")[0];
        string name = group.GetProperty("group").GetString()!;

        var run = await ClusterProcess.RunAsync(files.Root, "explain", files.Root, name, "--json");

        run.Code.ShouldBe(0, run.Error);
        run.Json().GetProperty("reason").GetString().ShouldBe(group.GetProperty("reason").GetString());
        var missing = await ClusterProcess.RunAsync(files.Root, "explain", files.Root, "no such group");
        missing.Code.ShouldBe(2);
        missing.Error.ShouldContain("There is no group \"no such group\" among the");
    }

    [Fact]
    public async Task Solve_SizeOfAllInt8_WritesAPlanThatBuildsWhatWasMeasured()
    {
        var files = await job.FinishedAsync();
        using var folder = new WorkFolder();
        var int8 = files.Result().GetProperty("baselines").GetProperty("int8Best");

        var run = await ClusterProcess.RunAsync(
            folder.Root, "solve", files.Root, "--size-budget", $"{int8.GetProperty("sizeBytes").GetInt64()}", "-o", "small.plan.json",
            "--json");

        run.Code.ShouldBe(0, run.Error);
        run.Json().GetProperty("selection").GetProperty("kind").GetString().ShouldBe("mostAccurate");
        var plan = PlanFiles.Read(folder["small.plan.json"]).Plan;
        var measured = run.Json().GetProperty("measured").GetProperty("accuracy");
        var built = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", GlyphJob.Model, "--plan", "small.plan.json", "--data", job.Calibration, "-o", "small.onnx");
        built.Code.ShouldBe(0, built.Error);
        new JobFiles(folder.Root).Sha256("small.onnx").ShouldBe(measured.GetProperty("artefactSha256").GetString());
        plan.Groups.ShouldContain(group => group.Format.IsInteger);

        var refused = await ClusterProcess.RunAsync(folder.Root, "solve", files.Root, "--size-budget", "1kB");
        refused.Code.ShouldBe(6);
        refused.Error.ShouldContain("the least that this network reaches is");
        (await ClusterProcess.RunAsync(folder.Root, "solve", files.Root)).Code.ShouldBe(2, "nothing is asked");
    }

    [Fact]
    public async Task Solve_FleetOfTheSameJobTwice_IsItsWinner()
    {
        var files = await job.GivenFinishedAsync();
        using var folder = new WorkFolder();

        var run = await ClusterProcess.RunAsync(folder.Root, "solve", files.Root, "--fleet", files.Root, "-o", "fleet.plan.json", "--json");

        run.Code.ShouldBe(0, run.Error);
        string winner = PlanFiles.Read(files["winner.plan.json"]).Plan.Digest;
        PlanFiles.Read(folder["fleet.plan.json"]).Plan.Digest.ShouldBe(winner);
        run.Json().GetProperty("best").GetProperty("speeds").GetArrayLength().ShouldBe(2);
        var shown = await ClusterProcess.RunAsync(folder.Root, "solve", files.Root, "--fleet", files.Root);
        shown.Output.ShouldContain($"plan {winner[..12]}: at least ");
        (await ClusterProcess.RunAsync(folder.Root, "solve", files.Root, "--fleet", files.Root, "--size-budget", "1MB"))
            .Code.ShouldBe(2, "an accuracy to keep is not asked for");
    }

    [Fact]
    public async Task Compare_FolderAndItsPlanFile_AreTheSamePlan()
    {
        var files = await job.FinishedAsync();

        using var folder = new WorkFolder();
        var run = await ClusterProcess.RunAsync(folder.Root, "compare", files.Root, files["winner.plan.json"], "--json");

        run.Code.ShouldBe(0, run.Error);
        run.Json().GetProperty("gain").GetDouble().ShouldBe(0);
        run.Json().GetProperty("speed").GetDouble().ShouldBe(1, 1e-9);
        run.Json().GetProperty("groups").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Run_SizeBudgetKeepingTheFront_WritesFilesThatRebuild()
    {
        using var folder = new WorkFolder();
        var run = await ClusterProcess.RunAsync(
            folder.Root, [.. (await job.GivenAsync("out")).Where(word => word is not ("--max-drop" or "0")), "--goal", "front",
                "--keep-files", "front"]);
        run.ShouldBeDone();
        string[] kept = [.. Directory.EnumerateFiles(folder["out"], "plan-*.qdq.onnx")];
        kept.ShouldNotBeEmpty();
        kept.ShouldAllBe(file => File.Exists(file.Replace(".qdq.onnx", ".plan.json", StringComparison.Ordinal)));
        var files = new JobFiles(folder["out"]);
        files.Completed().Where(item => item.Result is LatencyResult or ProfileResult or FinalTimingResult)
            .ShouldAllBe(item => item.Source == ResultSource.LatencyTable, "no time of this machine decides");
        var outcome = JobOutcome.Of(files.State());
        Plan[] front =
            [.. outcome.Result.Front.Select(point => point.Plan).Where(plan => !plan.IsBaseline && !plan.Equals(outcome.Winner.Plan))];
        outcome.Result.Front.ShouldContain(point => point.Plan.Groups.Any(group => group.Format.IsBaseline) && !point.Plan.IsBaseline);
        front.Select(plan => folder[$"out/plan-{plan.Digest[..12]}.qdq.onnx"]).ShouldBeSubsetOf(kept);

        var compared = await ClusterProcess.RunAsync(
            folder.Root, "compare", "out", kept[0].Replace(".qdq.onnx", ".plan.json", StringComparison.Ordinal), "--json");
        compared.Code.ShouldBe(0, compared.Error);
        compared.Json().GetProperty("groups").GetArrayLength().ShouldBeGreaterThan(0);
        string name = kept[0].Replace(".qdq.onnx", string.Empty, StringComparison.Ordinal);
        var built = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", GlyphJob.Model, "--plan", $"{name}.plan.json", "--calibration", "out/calibration",
            "-o", "q.onnx");
        built.Code.ShouldBe(0, built.Error);
        new JobFiles(folder.Root).Bytes("q.onnx").ShouldBe(await File.ReadAllBytesAsync(kept[0], TestContext.Current.CancellationToken));
    }
}
