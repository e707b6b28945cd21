namespace Cluster.EndToEnd.Run;

/// <summary>Jobs whose evaluation images have no labels.</summary>
public sealed class UnlabelledRunTests(GlyphJob job)
{
    private const int MostAsks = 12;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_LabelsHidden_AsksForSomeAndDecidesAsWithAll()
    {
        using var folder = new WorkFolder();
        string[] command = Unlabelled(await job.ReplayAsync("out"));
        byte[] labels = (await File.ReadAllBytesAsync(job.EvaluationLabels, Token))[8..];
        int asked = 0;

        var run = await ClusterProcess.RunAsync(folder.Root, command);
        for (int i = 0; i < MostAsks && run.Code == 7; i++)
        {
            run.Error.TrimEnd().Split('\n')[^1].ShouldContain("the job waits for ");
            File.Exists(folder["out/label-these.html"]).ShouldBeTrue();
            string[] lines = await File.ReadAllLinesAsync(folder["out/label-these.csv"], Token);
            asked += lines.Count(line => line.EndsWith(','));
            await File.WriteAllLinesAsync(
                folder["mine.csv"],
                lines.Select(line => line.EndsWith(',') ? $"{line}{labels[int.Parse(line.Split(',')[0], null)]}" : line),
                Token);
            run = await ClusterProcess.RunAsync(folder.Root, [.. command, "--labels", "mine.csv"]);
        }

        run.ShouldBeDone();
        asked.ShouldBeInRange(1, labels.Length / 2);
        var files = new JobFiles(folder["out"]);
        files.ShouldMatchTheirSchemas();
        ResultConsistency.Contradictions(files.Root, run.Code).ShouldBeEmpty();
        files.Result().GetProperty("evaluations").GetProperty("labels").GetInt32().ShouldBe(asked);
        run.Output.ShouldContain($"Labels: {asked} of {labels.Length} evaluation images");
        var whole = await job.FinishedAsync();
        files.State().Selection!.Plan.Groups.ShouldBe(whole.State().Selection!.Plan.Groups);
    }

    [Fact]
    public async Task Run_FaultyListOfLabels_IsRefusedAndTheJobWaitsOn()
    {
        using var folder = new WorkFolder();
        string[] command = Unlabelled(await job.ReplayAsync("out"));
        (await ClusterProcess.RunAsync(folder.Root, command)).Code.ShouldBe(7);
        await File.WriteAllTextAsync(folder["bad.csv"], "image,label\n0,99\n", Token);

        var refused = await ClusterProcess.RunAsync(folder.Root, [.. command, "--labels", "bad.csv"]);
        var missing = await ClusterProcess.RunAsync(folder.Root, [.. command, "--labels", "nowhere.csv"]);
        var still = await ClusterProcess.RunAsync(folder.Root, command);

        (refused.Code, missing.Code, still.Code).ShouldBe((1, 3, 7));
        refused.Error.ShouldContain(
            $"Line 2 of the label file 'bad.csv' has the label '99'; expected a class from 0 to {GlyphGenerator.Classes - 1}");
    }

    [Theory]
    [InlineData("0.5%-of-fp32", "--max-drop is a share of FP32's accuracy")]
    public async Task Run_QuestionThatTakesAllLabels_IsRefusedBeforeAnyWork(string bound, string said)
    {
        using var folder = new WorkFolder();
        string[] command = Unlabelled([.. (await job.ReplayAsync("out")).Select(word => word == "0" ? bound : word)]);

        var run = await ClusterProcess.RunAsync(folder.Root, command);

        run.Code.ShouldBe(1, run.Error);
        run.Error.ShouldContain(said);
        run.Error.ShouldNotContain("calibrating");
    }

    private string[] Unlabelled(string[] command) =>
        [.. command.Select(word => word == job.Evaluation ? $"{job.Evaluation},labels=none" : word)];
}
