using Cluster.Networks.Graphs.Groups;
using Cluster.Networks.Graphs.Passes;

namespace Cluster.EndToEnd.Run;

/// <summary>Jobs that judge by something else than labels.</summary>
[Long]
public sealed class MetricTests : IDisposable
{
    private const int Sentences = 240;

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("output-kl", "outputKl", "--max-drop", "0.5", "output_kl_nats")]
    [InlineData("rmse", "rmse", "--max-drop", "400%", "rmse")]
    public async Task RunAndQuantize_WithoutLabels_JudgeByTheMetricAndNameItEverywhere(
        string metric, string name, string option, string bound, string column)
    {
        Write();

        var run = await RunAsync("--metric", metric, option, bound, "--confidence", "0.9");

        run.ShouldBeDone();
        var result = new JobFiles(_folder["out"]).Result();
        result.GetProperty("job").GetProperty("metric").GetString().ShouldBe(name);
        var int8 = result.GetProperty("baselines").GetProperty("int8Best").GetProperty("accuracy");
        int8.GetProperty("total").GetInt32().ShouldBe(Sentences / 3);
        int8.TryGetProperty("correct", out _).ShouldBeFalse();
        double value = int8.GetProperty("value").GetDouble();
        double low = int8.GetProperty("ci95")[0].GetDouble();
        value.ShouldBeInRange(low, int8.GetProperty("ci95")[1].GetDouble());
        result.GetProperty("test").TryGetProperty("correct", out _).ShouldBeFalse();
        string report = await File.ReadAllTextAsync(_folder["out/report.html"], TestContext.Current.CancellationToken);
        report.ShouldContain(metric == "rmse" ? "RMSE" : $"{metric[7..].ToUpperInvariant()} to FP32");
        report.ShouldNotContain("top-1<small>95%");
        string front = await File.ReadAllTextAsync(_folder["out/front.csv"], TestContext.Current.CancellationToken);
        front.Split('\r')[0].Split(',').ShouldContain(column);

        var solved = await ClusterProcess.RunAsync(_folder.Root, "solve", "out", option, bound);
        solved.Code.ShouldBe(0, solved.Error);
        var refused = await ClusterProcess.RunAsync(_folder.Root, "solve", "out", "--max-drop", "1%-of-fp32");
        refused.Code.ShouldBe(2);
        refused.Error.ShouldMatch($"--max-drop .*{metric}");

        // A step by itself measures what the job did.
        var quantized = await ClusterProcess.RunAsync(
            _folder.Root, "quantize", "--model", "tokens.onnx", "--method", "max", "--no-bias-correction",
            "--data", "npz:sentences.npz@0..80", "--eval", "npz:sentences.npz@80..160", "--metric", metric, "--json", "-o", "q.onnx");
        quantized.Code.ShouldBe(0, quantized.Error);
        using var plan = JsonDocument.Parse(
            await File.ReadAllTextAsync(_folder["q.plan.json"], TestContext.Current.CancellationToken));
        var baseline = result.GetProperty("baselines").GetProperty("int8");
        plan.RootElement.GetProperty("digest").GetString().ShouldBe(baseline.GetProperty("planDigest").GetString());
        double measured = baseline.GetProperty("accuracy").GetProperty("value").GetDouble();
        quantized.Json().GetProperty("metric").GetProperty("value").GetDouble().ShouldBe(measured, 1e-6 * Math.Abs(measured));

        // Beside a figure over all outputs stands the channel that keeps least; FP32 has none.
        double worst = quantized.Json().GetProperty("parity").GetProperty("worstChannel").GetProperty("decibels").GetDouble();
        worst.ShouldBeInRange(-20, 120);
        bool isQuantized = result.GetProperty("decision").GetProperty("quantized").GetBoolean();
        run.Output.Contains("Weakest channel: ", StringComparison.Ordinal).ShouldBe(isQuantized && metric != "rmse", run.Output);
        (result.TryGetProperty("parity", out var parity) && parity.TryGetProperty("worstChannel", out _)).ShouldBe(isQuantized);
    }

    [Theory]
    [InlineData("loss")]
    [InlineData("score")]
    public async Task Run_CommandOfTheUsers_JudgesByItsNumbers(string metric)
    {
        Write();

        // The first output of each sample: float32 numbers behind the archive's header (41 bytes) and that of the array (128).
        await File.WriteAllTextAsync(
            _folder["judge.sh"],
            $"tail -c +170 \"$1\" | od -An -v -tf4 -w{4 * TokenNetwork.Classes} | head -n {Sentences / 3} | awk '{{ print 1000 + $1 }}'\n"
            + "echo \"$2\" >> judged.txt\n",
            TestContext.Current.CancellationToken);

        string[] question =
        [
            "--metric", metric, "--metric-command", "sh judge.sh", "--max-drop", "5", "--confidence", "0.9",
            "--reconstruct", "never",
        ];
        var run = await RunAsync(question);

        run.ShouldBeDone();
        var result = new JobFiles(_folder["out"]).Result();
        var job = result.GetProperty("job");
        job.GetProperty("metric").GetString().ShouldBe(metric);
        job.GetProperty("metricCommand").GetString().ShouldBe("sh judge.sh");
        job.GetProperty("maxDrop").GetDouble().ShouldBe(5);
        var float32 = result.GetProperty("baselines").GetProperty("fp32").GetProperty("accuracy");
        double value = float32.GetProperty("value").GetDouble();
        value.ShouldBeInRange(900, 1100);
        value.ShouldBeInRange(float32.GetProperty("ci95")[0].GetDouble(), float32.GetProperty("ci95")[1].GetDouble());
        string[] judged = await File.ReadAllLinesAsync(_folder["judged.txt"], TestContext.Current.CancellationToken);
        judged.ShouldContain("evaluation");
        judged.ShouldContain("test");
        string front = await File.ReadAllTextAsync(_folder["out/front.csv"], TestContext.Current.CancellationToken);
        front.Split('\r')[0].Split(',').ShouldContain(metric);

        // The same script's results are there already; another script is another job.
        (await RunAsync(question)).Code.ShouldBe(run.Code);
        (await File.ReadAllLinesAsync(_folder["judged.txt"], TestContext.Current.CancellationToken)).Length.ShouldBe(judged.Length);
        var solved = await ClusterProcess.RunAsync(_folder.Root, "solve", "out", "--max-drop", "4");
        solved.Code.ShouldBe(0, solved.Error);
        await File.AppendAllTextAsync(_folder["judge.sh"], "# changed\n", TestContext.Current.CancellationToken);
        var changed = await RunAsync(question);
        changed.Code.ShouldBe(2);
        changed.Error.ShouldContain("the evaluation data or what judges it");
    }

    [Fact]
    public async Task Run_CommandThatFails_IsToldBeforeAnyPlanIsMeasured()
    {
        Write();

        var ended = await RunAsync("--metric-command", "echo no model >&2; exit 3; true", "--max-drop", "5");
        var unbounded = await RunAsync("--metric-command", "true", "-o", "out2");
        var sure = await RunAsync("--metric-command", "echo 1; true", "--max-drop", "5", "--confidence", "0.9", "-o", "out3");
        var sensitivity = await ClusterProcess.RunAsync(
            _folder.Root, "sensitivity", "--model", "tokens.onnx", "--data", "npz:sentences.npz@0..80", "--metric", "score");

        ended.Code.ShouldBe(1);
        ended.Error.ShouldContain("ended with exit code 3 and said 'no model'");
        unbounded.Code.ShouldBe(2);
        unbounded.Error.ShouldContain("--metric-command has no bound: give --max-drop");
        sure.Code.ShouldBe(1);
        sure.Error.ShouldContain("gives all samples one number");
        sensitivity.Code.ShouldBe(2);
        sensitivity.Error.ShouldContain("choose another --metric");
    }

    [Fact]
    public async Task Run_BoundThatTheMetricDoesNotHave_IsRefusedBeforeAnyWork()
    {
        Write();

        var kl = await RunAsync("--max-drop", "0.1nats");
        var drop = await RunAsync("--metric", "output-sqnr", "--max-drop", "1%");
        var unknown = await RunAsync("--metric", "top2");
        var trained = await RunAsync("--metric", "output-kl", "--train", "npz:sentences.npz");

        kl.Code.ShouldBe(2);
        kl.Error.ShouldContain("--max-drop is given in nats, and top1 is bounded in shares or numbers; correct it, or choose another");
        drop.Code.ShouldBe(2);
        drop.Error.ShouldContain("--max-drop is given in %, and output-sqnr is bounded in dB; correct it, or choose another --metric.");
        unknown.Error.ShouldContain("top1, top5, output-kl, output-sqnr, rmse, map50, map50-95, miou, ctc, ctc-characters, score or loss");
        trained.Code.ShouldNotBe(0);
        File.Exists(_folder["out/journal.jsonl"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Run_RmseWithoutTargets_NamesTheArray()
    {
        TokenNetwork.Write(_folder.Root, Sentences);

        var run = await RunAsync("--metric", "rmse");

        run.Code.ShouldBe(1);
        run.Error.ShouldContain("'targets' (float32 [N,4])");
    }

    private async Task<ClusterProcess> RunAsync(params string[] more) => await ClusterProcess.RunAsync(
        _folder.Root,
        [
            "run", "--model", "tokens.onnx", "--data", "npz:sentences.npz@0..80", "--eval", "npz:sentences.npz@80..160",
            "--test", "npz:sentences.npz@160..", "--methods", "max", "--cache", "none",
            .. more.Contains("-o") ? Array.Empty<string>() : ["-o", "out"], .. more,
        ]);

    // Sentences without labels; targets are what FP32 says, a little off.
    private void Write()
    {
        TokenNetwork.Write(_folder.Root, Sentences);
        var random = new Random(3);
        var ids = TensorData.FromInt64(
            [Sentences, TokenNetwork.Length],
            [.. Enumerable.Range(0, Sentences * TokenNetwork.Length).Select(_ => (long)random.Next(TokenNetwork.Words))]);
        var mask = TensorData.FromInt64(
            [Sentences, TokenNetwork.Length], [.. Enumerable.Repeat(1L, Sentences * TokenNetwork.Length)]);
        using var network = new FloatNetwork(GroupFinder.Find(GraphNormalizer.Normalize(TokenNetwork.Graph())));
        float[] targets = [.. network.Run([ids, mask]).Select(value => value + (float)(0.1 * (random.NextDouble() - 0.5)))];
        NpzWriter.Write(
            _folder["sentences.npz"],
            ("ids", ids),
            ("mask", mask),
            ("targets", TensorData.FromFloats([Sentences, TokenNetwork.Classes], targets)));
    }
}
