namespace Cluster.EndToEnd.Run;

[Long]
public sealed class StreamsTests
{
    private const string Script = "/usr/bin/script";
    private static readonly string[] Job =
    [
        "run",
        "--model",
        "tiny.onnx",
        "--data",
        "idx:images-idx3-ubyte",
        "--methods",
        "max",
        "--max-drop",
        "50%",
        "--batch",
        "2",
        "--cache",
        "none"
    ];

    [Fact]
    public async Task Run_WithoutATerminal_DataOnStandardOutputTalkOnStandardErrorAndNoEscapes()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        var json = await ClusterProcess.RunWithAsync([], folder.Root, [.. Job, "--json", "-o", "out"]);
        json.ShouldBeDone();
        json.Json().GetProperty("schema").GetString().ShouldBe("cluster.result/v1");
        json.Output.ShouldBe(new JobFiles(folder["out"]).Text("result.json"));
        json.Error.ShouldContain("baselines");
        json.Error.ShouldNotContain("\u001b");
        json.Error.ShouldNotContain("\r");
        string[] lines = json.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.ShouldBe(lines.Distinct(), "a line for each change, none twice");

        var table = await ClusterProcess.RunAsync(folder.Root, [.. Job, "-o", "out2"]);
        table.ShouldBeDone();
        table.Output.ShouldNotContain("\u001b");
        table.Output.ShouldNotContain("baselines");
        table.Output.ShouldContain(table.Code == 8 ? "Next: on an idle machine, ./cluster run "
            : new JobFiles(folder["out2"]).Result().GetProperty("decision").GetProperty("quantized").GetBoolean()
            ? "Next: ship it\n    import numpy as np, onnxruntime as ort\n"
            : "Next: deploy tiny.onnx as it is");
        table.Output.ShouldContain("out2/report.html");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_OnATerminal_DrawsInPlaceAndColoursOnlyWhereThatIsWanted(bool isPlain)
    {
        if (!File.Exists(Script) || !File.Exists("/dev/pts/ptmx"))
        {
            Assert.Skip($"There is no {Script} or no /dev/pts here, which give a program a terminal.");
        }

        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);

        // Green is the winner, and FP32 is none within the budget: how fast this machine is does not matter.
        string[] job = [.. Job.Except(["--max-drop", "50%"]), "--bops-budget", "5M", "-o", "out"];
        string typed = string.Join(' ', job.Prepend(ClusterProcess.Location));
        var start = new ProcessStartInfo(Script, ["-qefc", typed, "/dev/null"])
        {
            WorkingDirectory = folder.Root,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            UseShellExecute = false
        };
        start.Environment["TERM"] = "xterm-256color";
        start.Environment["NO_COLOR"] = isPlain ? "1" : "";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        string seen = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, seen);
        seen.ShouldContain("\r\u001b[2K", customMessage: "the changing line");
        seen.Contains("\u001b[3", StringComparison.Ordinal).ShouldBe(!isPlain, "colours");
    }

    [Fact]
    public async Task Run_OneSetOfImages_IsSplitTheSameWayEachTime()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        var digests = new List<string>();
        foreach (string[] seed in new[] { new[] { "--seed", "5", "-o", "a" }, ["--seed", "5", "-o", "b"], ["--seed", "6", "-o", "c"] })
        {
            var run = await ClusterProcess.RunAsync(folder.Root, [.. Job, "--json", .. seed]);
            run.ShouldBeDone();
            digests.Add(Digest(run.Json()));
        }

        digests[1].ShouldBe(digests[0]);
        digests[2].ShouldNotBe(digests[0]);

        static string Digest(JsonElement result) => result.GetProperty("job").GetProperty("digests").GetProperty("evaluation").GetString()!;
    }
}
