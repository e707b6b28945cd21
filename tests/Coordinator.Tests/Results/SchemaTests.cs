using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Results;
using Cluster.Coordinator.Work;
using Cluster.Plans;
using Cluster.Simulation;
using Cluster.Storage.Files;

namespace Cluster.Coordinator.Tests.Results;

public sealed class SchemaTests
{
    private static readonly ResultTimings Timings = new(
        12.5, new Dictionary<string, double>(StringComparer.Ordinal) { ["calibration"] = 1.5 });

    private static readonly SyntheticNetwork Kinds = Networks.Sensitive with
    {
        Spec = Networks.Sensitive.Spec.Choosing(options => options with { Kinds = ["one", "two"], Formats = ["int8-safe"] }),
    };

    [Fact]
    public async Task Journal_EveryLine_FitsItsSchema()
    {
        var schema = SchemaValidator.Of("journal.schema.json");
        using var folder = new WorkFolder();
        var path = Path.Combine(folder.Root, "journal.jsonl");
        await using (var journal = FileJournal.Open(path))
        {
            await journal.AppendAsync(SampleEvents.EveryKind, TestContext.Current.CancellationToken);
        }

        var lines = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "fixtures"))
            .Append(path)
            .SelectMany(FileLines);
        foreach (var line in lines)
        {
            schema.Errors(line).ShouldBeEmpty(line);
        }
    }

    [Fact]
    public async Task Journal_OfKindsOfMachines_FitsItsSchema()
    {
        var schema = SchemaValidator.Of("journal.schema.json");
        using var folder = new WorkFolder();
        var path = Path.Combine(folder.Root, "journal.jsonl");
        await using (var journal = FileJournal.Open(path))
        {
            await Jobs.RunAsync(Kinds, journal, new SyntheticEvaluator(Kinds, item => Kinds.Evaluate(item) is LatencyResult timed
                ? timed with { Earlier = EarlierTiming.Predicted }
                : null));
        }

        foreach (var line in FileLines(path))
        {
            schema.Errors(line).ShouldBeEmpty(line);
        }
    }

    [Fact]
    public void PlanFile_MixedPlan_FitsItsSchema()
    {
        var plan = new Plan(
            "onnxruntime-cpu",
            [GroupDecision.In(GroupFormat.Int8, "a", "kl", biasCorrection: true), GroupDecision.Baseline("b")]);
        var schema = SchemaValidator.Of("plan.schema.json");
        var text = new PlanFile(plan, new BuiltFrom("m", "c", "x"), 3).Format();

        schema.Errors(text).ShouldBeEmpty();
        schema.Errors(new PlanFile(plan, new BuiltFrom("m", "c", "x", "l", BuiltFrom.Equalized), 3).Format()).ShouldBeEmpty();
        schema.Errors(new PlanFile(plan, new BuiltFrom("m", "c", "x", "l", "else"), 3).Format()).ShouldHaveSingleItem()
            .ShouldContain("$.builtFrom.prepared");
        schema.Errors(text.Replace("\"kl\"", "3", StringComparison.Ordinal)).ShouldHaveSingleItem()
            .ShouldContain("$.plan.groups[0].calibrator");
        schema.Errors(text.Replace("cluster.plan/v1", "cluster.plan/v9", StringComparison.Ordinal)).ShouldHaveSingleItem()
            .ShouldContain("$.schema");
    }

    [Theory]
    [InlineData("easy")]
    [InlineData("sensitive")]
    [InlineData("all slower")]
    [InlineData("hopeless")]
    [InlineData("kinds")]
    public async Task Result_OfAnyEnd_FitsItsSchemaAndReadsBack(string name)
    {
        var network = name switch
        {
            "easy" => Networks.Easy,
            "sensitive" => Networks.Sensitive,
            "all slower" => Networks.AllSlower,
            "kinds" => Kinds,
            _ => Networks.Hopeless,
        };
        network = network with
        {
            Spec = (network.Spec with { Data = new DataDigests("c", "e", "t") }).Choosing(
                options => options with { Confidence = name == "easy" ? 0.9 : null })
        };
        var outcome = await Jobs.RunAsync(network);

        var result = ResultBuilder.Build(
            outcome,
            "net.onnx",
            1234,
            sha => sha == outcome.Winner.Plan.Digest ? "winner.qdq.onnx" : null,
            new ParityFinding(Passed: true, 8, 3)
            {
                MaxCodeDifference = 1,
                ExactShare = 0.9995,
                WorstTensor = "t",
                WorstGroup = "g01",
                Divergence = 0.01,
                PlanDivergence = 0.5,
                AllowedDivergence = 0.025,
                Top1Agreement = 1,
                Lost = 0,
                Gained = 0,
            },
            Timings);
        var text = result.Format();

        SchemaValidator.Of("result.schema.json").Errors(text).ShouldBeEmpty();
        ResultDocument.Parse(text, "result.json").Format().ShouldBe(text);
        result.Winner.Artefact!.Path.ShouldBe("winner.qdq.onnx");
        result.Baselines.Fp32.Accuracy!.Drop.ShouldBe(0);
        result.Winner.Accuracy!.Top1.ShouldBe(result.Winner.Accuracy.Correct!.Value / (double)result.Winner.Accuracy.Total);
        result.Winner.Accuracy.Ci95![0].ShouldBeLessThan(result.Winner.Accuracy.Top1!.Value);
        result.Test!.Total.ShouldBe(1000);
        result.Front.Select(plan => plan.Latency!.MedianMs).ShouldBe(result.Front.Select(plan => plan.Latency!.MedianMs).Order());
    }

    [Fact]
    public async Task Result_OfAnotherMetric_NamesItAndHasNoTop1()
    {
        var network = Networks.Easy with { Spec = Networks.Easy.Spec with { Data = new DataDigests("c", "e", "t") } };
        var outcome = await Jobs.RunAsync(network);
        var top5 = outcome.Spec.Choosing(options => options with { Metric = MetricKind.Top5 });
        var winner = outcome.Winner with { Accuracy = outcome.Winner.Accuracy! with { Metric = MetricKind.Top5 } };

        var result = ResultBuilder.Build(
            outcome with { Spec = top5, Winner = winner }, "net.onnx", 1234, _ => null, parity: null, Timings);

        var text = result.Format();
        SchemaValidator.Of("result.schema.json").Errors(text).ShouldBeEmpty();
        ResultDocument.Parse(text, "result.json").Format().ShouldBe(text);
        result.Job.Metric.ShouldBe(MetricKind.Top5);
        (result.Winner.Accuracy!.Top1, result.Test!.Top1).ShouldBe((null, null));
        result.Winner.Accuracy.Top5.ShouldBe(result.Winner.Accuracy.Correct!.Value / (double)result.Winner.Accuracy.Total);
        result.Test.Top5.ShouldBe(result.Test.Correct!.Value / (double)result.Test.Total);
    }

    [Fact]
    public async Task Result_OfAGpuThatWasHeldDown_TellsClockAndReasons()
    {
        var outcome = await Jobs.RunAsync(Networks.Easy);
        var held = outcome.Winner.Latency! with { ClockHz = 1.98e9, Throttled = "hw_thermal,power_cap" };

        var result = ResultBuilder.Build(
            outcome with { Winner = outcome.Winner with { Latency = held } }, "net.onnx", 1234, _ => null, parity: null, Timings);

        var text = result.Format();
        SchemaValidator.Of("result.schema.json").Errors(text).ShouldBeEmpty();
        ResultDocument.Parse(text, "result.json").Format().ShouldBe(text);
        result.Winner.Latency!.ClockHz.ShouldBe(1.98e9);
        result.Winner.Latency.Throttled.ShouldBe(["hw_thermal", "power_cap"]);
        (result.Baselines.Fp32.Latency!.ClockHz, result.Baselines.Fp32.Latency.Throttled).ShouldBe((null, null));
    }

    [Fact]
    public void Parse_OtherVersion_IsRefused() =>
        Should.Throw<JobException>(() => ResultDocument.Parse("""{"schema":"cluster.result/v2"}""", "result.json"))
            .Message.ShouldContain("is not a result");

    private static IEnumerable<string> FileLines(string path) => File.ReadLines(path);
}
