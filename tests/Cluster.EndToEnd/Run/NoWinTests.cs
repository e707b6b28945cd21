namespace Cluster.EndToEnd.Run;

[Long]
public sealed class NoWinTests(GlyphJob job)
{
    [Fact]
    public async Task Run_NothingFeasibleWithinTheBudget_TellsTheBestSoFarAndWhy()
    {
        using var folder = new WorkFolder();
        var run = await ClusterProcess.RunAsync(folder.Root, await job.GivenAsync("out", "--budget-evals", "1"));
        run.Code.ShouldBe(ExitCode.NothingFeasible, run.Error + run.Output);
        var files = new JobFiles(folder["out"]);
        var result = files.Result();
        var decision = result.GetProperty("decision");
        decision.GetProperty("kind").GetString().ShouldBe("nothingFeasible");
        decision.GetProperty("feasible").GetBoolean().ShouldBeFalse();
        string reason = decision.GetProperty("reason").GetString()!;
        reason.ShouldContain("budget");
        reason.ShouldContain("to accept it, give --max-drop ");

        // The bound that it names is the least that lets the plan through: what it lost, and what chance may have spared it.
        string bound = reason.Split("--max-drop ")[1].TrimEnd('.', '%');
        double drop = result.GetProperty("winner").GetProperty("accuracy").GetProperty("drop").GetDouble();
        drop.ShouldBeGreaterThan(0);
        (double.Parse(bound, System.Globalization.CultureInfo.InvariantCulture) / 100).ShouldBeGreaterThanOrEqualTo(drop);
        string[] command = await job.GivenAsync("again", "--budget-evals", "1");
        command[Array.IndexOf(command, "--max-drop") + 1] = $"{bound}%";
        var again = await ClusterProcess.RunAsync(folder.Root, command);
        again.ShouldBeDone();
        new JobFiles(folder["again"]).Result().GetProperty("decision").GetProperty("feasible").GetBoolean().ShouldBeTrue();

        string headline = run.Output.Split('\n')[0];
        headline.ShouldNotContain("as fast as FP32");
        run.Output.ShouldNotContain("the network to deploy");
        ResultConsistency.Contradictions(files.Root, run.Code).ShouldBeEmpty();
        run.Output.ShouldContain(reason);
        JobFiles.Expected.ShouldAllBe(name => Path.Exists(files[name]));
    }

    [Fact]
    public async Task Run_MobilenetOneImageARun_SellsNothingSlowerThanFloat32()
    {
        using var folder = new WorkFolder();
        string images = SharedData.Require("imagenet-sample");
        string jpegs = $"folder:{Path.Combine(images, "jpeg224")},labels=";
        var run = await ClusterProcess.RunAsync(
            folder.Root,
            "run",
            "--model",
            SharedData.Require("models/imagenet/mobilenet_v1_0.25_224.onnx"),
            "--data",
            jpegs + Path.Combine(images, "calibration200.csv@0..24"),
            "--eval",
            jpegs + Path.Combine(images, "evaluation800.csv@0..64"),
            "--methods",
            "max",
            "--max-drop",
            "20%",
            "--batch",
            "1",
            "--cache",
            "none",
            "-o",
            "out");
        var result = new JobFiles(folder["out"]).Result();
        string kind = result.GetProperty("decision").GetProperty("kind").GetString()!;
        run.Code.ShouldBe(kind switch
        {
            "faster" => ExitCode.Done,
            "nothingFaster" => ExitCode.NothingFeasible,
            "unclear" => ExitCode.Unclear,
            _ => -1,
        }, run.Error);
        var latency = result.GetProperty("winner").GetProperty("latency");
        latency.GetProperty("medianMs").GetDouble().ShouldBeLessThanOrEqualTo(latency.GetProperty("float32MedianMs").GetDouble());
        bool isFloat32 = result.GetProperty("winner")
            .GetProperty("plan")
            .GetProperty("groups")
            .EnumerateArray()
            .All(group => group.GetProperty("format").GetString() == "float32");
        if (kind != "unclear")
        {
            kind.ShouldBe(isFloat32 ? "nothingFaster" : "faster");
        }

        Speed(result).ShouldBeGreaterThanOrEqualTo(1);
        ResultConsistency.Contradictions(folder["out"], run.Code).ShouldBeEmpty();
    }

    private static double Speed(JsonElement result)
    {
        var latency = result.GetProperty("winner").GetProperty("latency");
        return latency.GetProperty("float32MedianMs").GetDouble() / latency.GetProperty("medianMs").GetDouble();
    }
}
