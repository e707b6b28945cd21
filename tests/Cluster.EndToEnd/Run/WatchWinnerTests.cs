namespace Cluster.EndToEnd.Run;

/// <summary>A deployed winner held against its promises.</summary>
[Long]
public sealed class WatchWinnerTests(GlyphJob job)
{
    [Fact]
    public async Task WatchWinner_NothingHasChanged_HoldsAndAddsALineEachTime()
    {
        using var folder = await DeployedAsync();

        var first = await WatchAsync(folder, "--json");
        var second = await WatchAsync(folder);

        (first.Code, second.Code).ShouldBe((0, 0), first.Error + second.Error);
        var proof = first.Json().GetProperty("proof");
        proof.GetProperty("verdict").GetString().ShouldBe("holds");
        var files = new JobFiles(folder.Root);
        proof.GetProperty("file").GetString().ShouldBe(files.Sha256("winner.qdq.onnx"));
        second.Output.ShouldContain("| gate");
        var lines = files.Text("proofs.jsonl").TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        lines.Length.ShouldBe(2);
        lines[0].GetProperty("proof").GetProperty("run").GetString()
            .ShouldNotBe(lines[1].GetProperty("proof").GetProperty("run").GetString());
        new JobFiles(folder["proof"]).Result().GetProperty("proof").GetProperty("promises").GetArrayLength().ShouldBe(4);
        new JobFiles(folder["proof"]).Text("report.html").ShouldContain("Every promise holds");
    }

    [Fact]
    public async Task WatchWinner_AnotherFileWasDeployed_LapsesAtTheGate()
    {
        using var folder = await DeployedAsync();

        // All groups in INT8 with other ranges than the plan's.
        var built = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", GlyphJob.Model, "--data", job.Calibration, "--method", "percentile:99", "-o", "other.onnx");
        built.Code.ShouldBe(0, built.Error);
        File.Copy(folder["other.onnx"], folder["winner.qdq.onnx"], overwrite: true);

        var run = await WatchAsync(folder, "--json");

        run.Code.ShouldBe(6, run.Error);
        var gate = run.Json().GetProperty("proof").GetProperty("promises")[0];
        (gate.GetProperty("promise").GetString(), gate.GetProperty("verdict").GetString()).ShouldBe(("gate", "lapsed"));
    }

    [Fact]
    public async Task WatchWinner_BrighterImages_NamesTheGroupsWhoseRangesNoLongerFit()
    {
        using var folder = await DeployedAsync();
        var token = TestContext.Current.CancellationToken;
        string usual = await File.ReadAllTextAsync(Path.ChangeExtension(GlyphJob.Model, ".preprocess.json"), token);
        await File.WriteAllTextAsync(folder["brighter.json"], usual.Replace("5", "2", StringComparison.Ordinal), token);

        var run = await WatchAsync(folder, "--preprocess", "brighter.json", "--json");

        run.Code.ShouldBe(6, run.Error);
        var promises = run.Json().GetProperty("proof").GetProperty("promises");
        promises[0].GetProperty("verdict").GetString().ShouldBe("holds", "the file still is what its plan says");
        promises[3].GetProperty("verdict").GetString().ShouldBe("lapsed");
        promises[3].GetProperty("groups").GetArrayLength().ShouldBeGreaterThan(0);
        promises[3].GetProperty("advice").GetString()!.ShouldContain("Calibrate");
    }

    [Theory]
    [InlineData("onnxruntime-node-1.24.3", "1.24.3")]
    [InlineData("onnxruntime-node", "1.30.0")]
    public async Task WatchWinner_OnAnotherRuntime_IsProvedThereAndSaysSo(string package, string version)
    {
        string library = Checkout.At(".tools", package, "node_modules", "onnxruntime-node", "bin", "napi-v6", "linux", "x64");
        Assert.SkipWhen(!Directory.Exists(library), $"needs ONNX Runtime {version} in .tools/{package}: .ci/run installs it");
        using var folder = await DeployedAsync();

        var run = await ClusterProcess.RunWithAsync(
            [],
            folder.Root,
            "watch-winner", ".", "--model", GlyphJob.Model, "--data", job.Calibration, "--eval", job.Evaluation, "--runtime", library);

        run.ShouldBeDone();
        run.Output.ShouldContain($"onnxruntime {version}");
        var files = new JobFiles(folder.Root);
        var line = JsonDocument.Parse(files.Text("proofs.jsonl")).RootElement;
        line.GetProperty("versions").GetProperty("runtime").GetString().ShouldBe($"onnxruntime {version}");
        line.GetProperty("proof").GetProperty("promises")[0].GetProperty("verdict").GetString().ShouldBe("holds");
        var proof = new JobFiles(folder["proof"]).Result();
        proof.GetProperty("job").GetProperty("versions").GetProperty("runtime").GetString().ShouldBe($"onnxruntime {version}");
        proof.GetProperty("winner").GetProperty("latency").GetProperty("runtime").GetString().ShouldBe($"onnxruntime {version}");
    }

    [Fact]
    public async Task WatchWinner_RuntimeThatIsNone_SaysWhichIsTheLeast()
    {
        using var folder = await DeployedAsync();

        var run = await ClusterProcess.RunWithAsync([], folder.Root, "watch-winner", ".", "--runtime", "winner.qdq.onnx");

        run.Code.ShouldBe(ExitCode.Failed);
        run.Error.ShouldContain("is not a library of ONNX Runtime 1.14 or newer");
    }

    [Fact]
    public async Task WatchWinner_NoFinishedJob_IsNotFound()
    {
        using var folder = new WorkFolder();

        var run = await ClusterProcess.RunAsync(folder.Root, "watch-winner", ".");

        run.Code.ShouldBe(3);
        run.Error.ShouldContain("give the output folder of a finished job");
    }

    private Task<ClusterProcess> WatchAsync(WorkFolder folder, params string[] more) => ClusterProcess.RunAsync(
        folder.Root,
        ["watch-winner", ".", "--model", GlyphJob.Model, "--data", job.Calibration, "--eval", job.Evaluation, .. more]);

    private async Task<WorkFolder> DeployedAsync()
    {
        var (files, folder) = (await job.QuantizedAsync(), new WorkFolder());
        foreach (string file in Directory.EnumerateFiles(files.Root, "*", SearchOption.AllDirectories))
        {
            string copy = folder[Path.GetRelativePath(files.Root, file)];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return folder;
    }
}
