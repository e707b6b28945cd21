namespace Cluster.EndToEnd.Run;

/// <summary>Groups in formats of their own.</summary>
[Long]
public sealed class FormatTests(GlyphJob job)
{
    [Fact]
    public async Task Run_BudgetBelowInt8_IsMetByWeightsOfFourBitsPastTheGate()
    {
        using var folder = new WorkFolder();
        var int8 = (await job.FinishedAsync()).State().Results.OfType<AccuracyResult>().Min(result => result.SizeBytes);
        long budget = int8 * 9 / 10;

        var alone = await ClusterProcess.RunAsync(folder.Root, Command("int8", budget));
        var run = await ClusterProcess.RunAsync(folder.Root, Command("both", budget, "--formats", "int8,w4a8"));

        alone.Code.ShouldBe(ExitCode.NothingFeasible, alone.Error);
        alone.Output.ShouldContain("--size-budget is ");
        alone.Output.ShouldNotContain("the network to deploy");
        ResultConsistency.Contradictions(folder["int8"], alone.Code).ShouldBeEmpty();
        run.ShouldBeDone();
        var files = new JobFiles(folder["both"]);
        new FileInfo(files["winner.qdq.onnx"]).Length.ShouldBeLessThanOrEqualTo(budget);
        var plan = PlanFile.Parse(files.Text("winner.plan.json"), "winner.plan.json").Plan;
        plan.CountOf(GroupFormat.Integer(4, 8)).ShouldBeGreaterThan(0);
        files.Completed().Select(item => item.Result).OfType<ParityResult>().Last().Failure.ShouldBeNull();
        files.State().Rounds.SelectMany(round => round.Items).Select(item => item.Item).OfType<SensitivityItem>()
            .Select(item => item.Format?.Text).Distinct().ShouldBe([null, "w4a8"]);
        files.Text("report.html").ShouldContain("W4A8");
        files.Text("front.csv").ShouldContain("w4a8");
        run.Output.ShouldContain("W4A8");

        var explained = await ClusterProcess.RunAsync(
            folder.Root, "explain", files.Root, plan.Groups.First(group => group.Format == GroupFormat.Integer(4, 8)).Group);
        explained.Output.ShouldContain("W4A8");
    }

    [Fact]
    public async Task Run_BudgetBelowInt8WithoutFormats_TriesFourBitsAndPricesWhatItLearns()
    {
        using var folder = new WorkFolder();
        var command = job.Command(
            "out", GlyphJob.Budget[0], "100M", "--reconstruct", "auto", "--iterations", "20", "--train", job.Training, "--epochs", "1")
            .ToList();
        command.RemoveRange(command.IndexOf("--formats"), 2);

        var run = await ClusterProcess.RunAsync(folder.Root, [.. command]);

        run.ShouldBeDone();
        ResultConsistency.Contradictions(folder["out"], run.Code).ShouldBeEmpty();
        run.Error.ShouldContain("groups may also get weights in 4 bits (w4a8)");
        run.Error.ShouldMatch(@"reconstruct, about \d+ (s|minutes) \(");
        run.Error.ShouldMatch(@"fine-tune, about \d+ (s|minutes) \(");
        run.Error.ShouldMatch(@"fine-tuning, 1 epoch: (not )?kept, \d+ (s|minutes) where about \d+ (s|minutes) were expected: ");
        run.Output.ShouldContain("| Rung ");
        run.Output.ShouldContain("| nearest ");
        var files = new JobFiles(folder["out"]);
        files.Result().GetProperty("winner").GetProperty("bops").GetInt64().ShouldBeLessThanOrEqualTo(100_000_000);
        var rungs = files.Result().GetProperty("reconstruction").GetProperty("steps").EnumerateArray()
            .Append(files.Result().GetProperty("fineTune"));
        foreach (var rung in rungs)
        {
            rung.GetProperty("expectedSeconds").GetDouble().ShouldBeGreaterThan(0);
            rung.GetProperty("gainCi95").GetArrayLength().ShouldBe(2);
        }

        files.Text("report.html").ShouldContain("Learned after the search");
    }

    [Theory]
    [InlineData("int8,fp16", 2, "--formats has FP16 where the target 'onnxruntime-cpu' takes INT8, W4A8")]
    [InlineData("w4a8", 2, "int8 or int8-safe among them")]
    [InlineData("int8,int9", 2, "different formats")]
    public async Task Run_FormatThatCannotBe_IsRefusedInOneSentence(string formats, int code, string sentence)
    {
        using var folder = new WorkFolder();

        var run = await ClusterProcess.RunAsync(folder.Root, job.Command("out", "--formats", formats));

        run.Code.ShouldBe(code, run.Error);
        run.Error.ShouldContain(sentence);
        run.Error.ShouldNotContain("   at ");
    }

    // A bound of the loss asks for the fastest plan, a budget for the most accurate one.
    private string[] Command(string output, long budget, params string[] more)
    {
        var command = job.Command(output, ["--size-budget", $"{budget}B", .. more]).ToList();
        command.RemoveRange(command.IndexOf("--max-drop"), 2);
        return [.. command];
    }
}
