using Cluster.Export.TensorRt;
using Cluster.Kernels.Calibration;

namespace Cluster.EndToEnd.Run;

public sealed partial class FilesTests(GlyphJob job)
{
    [Fact]
    public async Task Run_Finished_LeavesEveryFileAndNothingHalfWritten()
    {
        var files = await job.FinishedAsync();
        JobFiles.Expected.ShouldAllBe(name => Path.Exists(files[name]));
        Directory.EnumerateFileSystemEntries(files.Root, "*.part", SearchOption.AllDirectories).ShouldBeEmpty();
        Directory.EnumerateFiles(files["calibration"]).ShouldNotBeEmpty();
        files.Text("calibration.cache").ShouldStartWith("TRT-");
    }

    [Fact]
    public async Task Run_AlsoForTensorRt_LeavesANetworkThatKeepsItsRulesAndItsRanges()
    {
        var files = await job.QuantizedAsync();
        var network = OnnxReader.Read(files["winner.tensorrt.onnx"]);
        TensorRtLint.Check(network).ShouldBeEmpty();
        string[] quantized =
        [
            .. network.Nodes
                .Where(node => node.OpType == "QuantizeLinear" && !network.Initializers.ContainsKey(node.Inputs[0]))
                .Select(node => node.Inputs[0])
                .Order(StringComparer.Ordinal),
        ];
        quantized.ShouldNotBeEmpty();

        using var ranges = JsonDocument.Parse(files.Text("winner.tensorrt.ranges.json"));
        ranges.RootElement.EnumerateObject().Select(range => range.Name).ShouldBe(quantized);
        using var text = new StringReader(files.Text("winner.tensorrt.cache"));
        var cache = CalibrationCacheReader.Read(text, "winner.tensorrt.cache");
        cache.Keys.Order(StringComparer.Ordinal).ShouldBe(quantized);
        foreach (var range in ranges.RootElement.EnumerateObject())
        {
            range.Value[0].GetSingle().ShouldBe(-range.Value[1].GetSingle());
            range.Value[1].GetSingle().ShouldBe(cache[range.Name], 1e-4 * cache[range.Name]);
        }
    }

    [Fact]
    public async Task Run_AlsoForTensorRt11_LeavesAStronglyTypedNetworkWithTheSameEndsAndMetadata()
    {
        foreach (var files in new[] { await job.QuantizedAsync(), await job.FinishedAsync() })
        {
            var given = OnnxReader.Read(GlyphJob.Model);
            var typed = OnnxReader.Read(files["winner.tensorrt-strongly-typed.onnx"]);
            TensorRtLint.CheckStronglyTyped(typed).ShouldBeEmpty();
            typed.Inputs.Concat(typed.Outputs).Select(end => (end.Name, end.Type, string.Join(',', end.Shape)))
                .ShouldBe(given.Inputs.Concat(given.Outputs).Select(end => (end.Name, end.Type, string.Join(',', end.Shape))));
            given.Metadata.ShouldBeSubsetOf(typed.Metadata);
            typed.Initializers.Values.ShouldContain(constant => constant.Type == ElementType.Float16);
            files.Text("report.html").ShouldContain("the winner for TensorRT 11, strongly typed, which nothing here has run");
        }
    }

    [Theory]
    [InlineData("result.json", "result.schema.json")]
    [InlineData("winner.plan.json", "plan.schema.json")]
    public async Task Run_Finished_DocumentsFitTheirSchemas(string name, string schema)
    {
        var files = await job.FinishedAsync();
        SchemaValidator.Of(schema).Errors(files.Text(name)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Result_OfAJob_SharesAreFractionsThatFitTheirCounts()
    {
        var result = (await job.QuantizedAsync()).Result();
        var baselines = result.GetProperty("baselines");
        var plans = new[]
        {
            result.GetProperty("winner"), baselines.GetProperty("fp32"), baselines.GetProperty("int8"), baselines.GetProperty("int8Best")
        }
            .Concat(result.GetProperty("front").EnumerateArray())
            .ToList();
        plans.Count.ShouldBeGreaterThan(4);
        foreach (var plan in plans)
        {
            var accuracy = plan.GetProperty("accuracy");
            int total = accuracy.GetProperty("total").GetInt32();
            double top1 = accuracy.GetProperty("top1").GetDouble();
            total.ShouldBe(256);
            top1.ShouldBe((double)accuracy.GetProperty("correct").GetInt32() / total);
            double[] interval = [.. accuracy.GetProperty("ci95").EnumerateArray().Select(end => end.GetDouble())];
            interval.ShouldAllBe(end => end >= 0 && end <= 1);
            top1.ShouldBeInRange(interval[0], interval[1]);
            accuracy.GetProperty("agreement").GetDouble().ShouldBeInRange(0, 1);
            plan.GetProperty("sizeBytes").GetInt64().ShouldBeGreaterThan(0);
            plan.GetProperty("bops").GetInt64().ShouldBeGreaterThan(0);
        }

        var latency = result.GetProperty("winner").GetProperty("latency");
        latency.GetProperty("medianMs").GetDouble().ShouldBeGreaterThan(0);
        latency.GetProperty("n").GetInt32().ShouldBeGreaterThanOrEqualTo(3);
        latency.GetProperty("batch").GetInt32().ShouldBe(8);
        result.GetProperty("parity").GetProperty("passed").GetBoolean().ShouldBeTrue();
        result.GetProperty("sensitivity").GetArrayLength().ShouldBe(result.GetProperty("model").GetProperty("groups").GetInt32());
    }

    [Fact]
    public async Task Result_OfAJob_MinMaxLosesWhatTheWinnerKeeps()
    {
        var result = (await job.FinishedAsync()).Result();
        int Correct(JsonElement plan) => plan.GetProperty("accuracy").GetProperty("correct").GetInt32();
        var baselines = result.GetProperty("baselines");
        Correct(baselines.GetProperty("int8")).ShouldBeLessThan(Correct(baselines.GetProperty("fp32")) - 5);
        Correct(result.GetProperty("winner")).ShouldBeGreaterThanOrEqualTo(Correct(baselines.GetProperty("fp32")));
        result.GetProperty("decision").GetProperty("feasible").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Result_OfAJob_NamesTheWinnersFileByItsDigest()
    {
        var files = await job.FinishedAsync();
        var artefact = files.Result().GetProperty("winner").GetProperty("artefact");
        artefact.GetProperty("path").GetString().ShouldBe("winner.qdq.onnx");
        artefact.GetProperty("sha256").GetString().ShouldBe(files.Sha256("winner.qdq.onnx"));
        var measured = files.Completed()
            .Select(completed => completed.Result)
            .OfType<Coordinator.Work.AccuracyResult>()
            .Select(accuracy => accuracy.ArtefactSha256);
        measured.ShouldContain(files.Sha256("winner.qdq.onnx"), "accuracy was measured on the very file");
    }

    [Fact]
    public async Task Journal_OfAJob_FoldsToAFinishedJobWhoseFilesAreThoseThere()
    {
        var files = await job.FinishedAsync();
        var state = files.State();
        state.IsCompleted.ShouldBeTrue();
        files.Journal()[^1].Event.ShouldBeOfType<JobCompleted>();
        state.Artefacts.ShouldNotBeEmpty();
        foreach (var artefact in state.Artefacts)
        {
            artefact.Sha256.ShouldBe(files.Sha256(artefact.Name), artefact.Name);
            artefact.SizeBytes.ShouldBe(new FileInfo(files[artefact.Name]).Length);
        }

        var schema = SchemaValidator.Of("journal.schema.json");
        foreach (string line in files.Text("journal.jsonl").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            schema.Errors(line).ShouldBeEmpty(line);
        }
    }

    [Fact]
    public async Task LatencyTable_OfAJob_HoldsEveryObservation()
    {
        var files = await job.GivenFinishedAsync();
        using var table = JsonDocument.Parse(files.Text("latency.json"));
        int measured = files.Completed().Count(completed => completed.Result is Coordinator.Work.LatencyResult);
        table.RootElement.GetProperty("observations").GetArrayLength().ShouldBe(measured);

        // With the given latencies INT8 is faster than FP32 on any machine, so that more than one plan is timed.
        measured.ShouldBeGreaterThanOrEqualTo(2);
    }

    [Fact]
    public async Task Report_OfAJob_NeedsNoOtherFileAndNoNetwork()
    {
        string report = (await job.FinishedAsync()).Text("report.html");
        report.ShouldStartWith("<!DOCTYPE html>", Case.Insensitive);
        Outside().Matches(report).Select(match => match.Value).ShouldBeEmpty();
        report.ShouldContain("<svg");
    }

    [Fact]
    public async Task Tables_OfAJob_HaveARecordAPlanAndAGroup()
    {
        var files = await job.FinishedAsync();
        var result = files.Result();
        Records(files.Text("front.csv")).ShouldBe(result.GetProperty("front").GetArrayLength());
        Records(files.Text("sensitivity.csv")).ShouldBe(result.GetProperty("model").GetProperty("groups").GetInt32());

        static int Records(string csv) => csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length - 1;
    }

    [Fact]
    public async Task Quantize_WinnersPlanAndCalibration_GivesTheSameBytes()
    {
        using var folder = new WorkFolder();
        (await job.FinishedAsync()).CopyTo(folder.Root);
        await new JobFiles(folder.Root).ShouldBeBuiltAgainAsync(GlyphJob.Model);
    }

    // What a browser would fetch: any reference but to a place in the page itself or to data within it.
    [GeneratedRegex(
        """(?:\b(?:src|href|xlink:href|action|data)\s*=\s*["'](?!#|data:)[^"']*|@import|url\(\s*["']?(?!#|data:)|<(?:link|iframe|object|embed|base)\b)""",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Outside();
}
