namespace Cluster.EndToEnd.Demo;

[Long]
public sealed class DemoTests
{
    [Fact]
    public async Task Demo_Glyphs_RecoversMinMaxLossAndShowsDeployment()
    {
        using var folder = new WorkFolder();
        var run = await ClusterProcess.RunTimedAsync(folder.Root, "demo", "--sample", "glyphs", "-o", "out");
        run.ShouldBeDone();
        var files = new JobFiles(folder["out"]);
        JobFiles.Expected.ShouldAllBe(name => Path.Exists(files[name]));
        var result = files.Result();
        var baselines = result.GetProperty("baselines");
        double float32 = Top1(baselines.GetProperty("fp32"));
        Top1(baselines.GetProperty("int8")).ShouldBeLessThanOrEqualTo(float32 - 0.02);
        Top1(baselines.GetProperty("int8Best")).ShouldBeGreaterThanOrEqualTo(float32 - 0.005);
        Top1(result.GetProperty("winner")).ShouldBeGreaterThanOrEqualTo(float32 - 0.005);
        result.GetProperty("decision").GetProperty("feasible").GetBoolean().ShouldBeTrue();
        result.GetProperty("test").GetProperty("total").GetInt32().ShouldBe(3000);

        string[] rows = ["FP32", "All INT8, min-max", run.Code == 8 ? "Undecided" : "Winner", "out/winner.qdq.onnx", "out/report.html"];
        rows.ShouldAllBe(row => run.Output.Contains(row, StringComparison.Ordinal));
        if (run.Code == 8 || result.GetProperty("decision").GetProperty("kind").GetString() == "nothingFaster")
        {
            // Without VNNI INT8 may be slower than FP32 on a network as small as this; a busy machine may not tell.
            run.Output.ShouldContain(run.Code == 8 ? "Next: on an idle machine, ./cluster demo " : "Next: deploy ");
            return;
        }

        run.Output.ShouldContain("On the test set: top-1 ");
        run.Output.ShouldContain("Next: ship it\n");
        run.Output.ShouldContain("options.intra_op_num_threads = 1  # as it was timed\n");
        run.Output.ShouldContain("ort.InferenceSession(\"out/winner.qdq.onnx\", options).run(None, {");
    }

    [Fact]
    public async Task Demo_UnknownSample_IsUsageErrorWithNames()
    {
        using var folder = new WorkFolder();
        var run = await ClusterProcess.RunAsync(folder.Root, "demo", "--sample", "cats", "-o", "out");
        run.Code.ShouldBe(2);
        run.Error.ShouldContain("glyphs");
        Directory.Exists(folder["out"]).ShouldBeFalse();
    }

    private static double Top1(JsonElement plan) => plan.GetProperty("accuracy").GetProperty("top1").GetDouble();
}
