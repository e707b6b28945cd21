namespace Cluster.EndToEnd.Run;

[Long]
public sealed class CalibratorTests(GlyphJob job)
{
    private const string Methods = "max,percentile:99.99,mse";

    [Fact]
    public async Task Run_SeveralMethods_ChoosesPerGroupWithFewerLabelledEvaluations()
    {
        using var folder = new WorkFolder();
        var perGroup = await RunAsync(folder, "group");
        var network = await RunAsync(folder, "network", "--calibrators", "network");

        var choice = perGroup.Completed().Select(item => item.Result).OfType<CalibratorResult>().ShouldHaveSingleItem();
        (choice.Images, choice.HeldBack).ShouldBe((32, true), "a quarter of 128");
        choice.Kl.ShouldBeLessThanOrEqualTo(choice.Networks.Min(score => score.Kl));
        network.Completed().ShouldNotContain(item => item.Result is CalibratorResult);
        Baselines(perGroup).ShouldBe(3);
        Baselines(network).ShouldBe(5);

        static int Baselines(JobFiles files) =>
            files.State().Rounds.TakeWhile(round => !round.Purpose.StartsWith("speed", StringComparison.Ordinal))
                .Sum(round => round.Items.Count(item => item.Item is AccuracyItem));
    }

    [Fact]
    public async Task Run_OtherEvaluationImages_TakesOverTheChoiceAndMakesTheSameFiles()
    {
        using var folder = new WorkFolder();
        var first = await OnAsync(folder, "first", "0..128", "cache");
        var second = await OnAsync(folder, "second", "128..256", "cache");
        var alone = await OnAsync(folder, "alone", "128..256", "none");

        Choice(first).Source.ShouldBe(ResultSource.Measured);
        Choice(second).Source.ShouldBe(ResultSource.Cache);
        Choice(alone).Source.ShouldBe(ResultSource.Measured);
        var found = (CalibratorResult)Choice(alone).Result;
        ((CalibratorResult)Choice(second).Result with { Seconds = found.Seconds }).ShouldBeEquivalentTo(found);
        second.Completed().Where(item => item.Result is AccuracyResult).ShouldAllBe(item => item.Source == ResultSource.Measured);
        Baselines(second).ShouldBe(Baselines(alone));

        static ItemCompleted Choice(JobFiles files) =>
            files.Completed().Where(item => item.Result is CalibratorResult).ShouldHaveSingleItem();

        static string[] Baselines(JobFiles files) => [.. new[] { "fp32", "int8", "int8Best" }.Select(name => files.Result()
            .GetProperty("baselines").GetProperty(name).GetProperty("artefact").GetProperty("sha256").GetString()!)];
    }

    [Fact]
    public async Task Run_GroupsKeptInFloat32_StaySoWithTheReasonInTheReport()
    {
        using var folder = new WorkFolder();
        string[] names = [.. (await job.FinishedAsync()).State().Space.Groups.Select(group => group.Name)];
        var files = await RunAsync(folder, "kept", "--keep-fp32", names[0], "--keep-fp32", $"{names[1]},{names[2]}");

        var plan = PlanFile.Parse(files.Text("winner.plan.json"), "winner.plan.json").Plan;
        plan.Groups.Take(3).ShouldAllBe(group => group.Format.IsBaseline);
        files.Text("report.html").ShouldContain("Kept in FP32 by --keep-fp32.");
        files.Result().GetProperty("groups")[0].GetProperty("code").GetString().ShouldBe("float32Asked");
    }

    private async Task<JobFiles> OnAsync(WorkFolder folder, string name, string images, string cache)
    {
        string[] command = [.. job.Command(name)
            .Select(word => word == "max" ? Methods : word == "none" ? cache : word == job.Evaluation ? $"{word}@{images}" : word)];
        var run = await ClusterProcess.RunAsync(folder.Root, WithinTwoPoints(command));
        run.ShouldBeDone();
        return new JobFiles(folder[name]);
    }

    private async Task<JobFiles> RunAsync(WorkFolder folder, string name, params string[] more)
    {
        string[] command = [.. job.Command(name, more).Select(word => word == "max" ? Methods : word)];
        var run = await ClusterProcess.RunAsync(folder.Root, WithinTwoPoints(command));
        run.ShouldBeDone();
        return new JobFiles(folder[name]);
    }

    // Which calibrators are chosen does not depend on the bound, and a bound of none may refuse them all for one image.
    private static string[] WithinTwoPoints(string[] command)
    {
        command[Array.IndexOf(command, "--max-drop") + 1] = "2%";
        return command;
    }
}
