namespace Cluster.Coordinator.Tests.Results;

public sealed class SchemaTests
{
    private static readonly SyntheticNetwork Kinds = Networks.Sensitive.Choosing(
        options => options with { Kinds = ["one", "two"], Formats = ["int8-safe"] });

    [Fact]
    public async Task Journal_EveryLine_FitsItsSchema()
    {
        await WrittenJournal.ShouldFitAsync(SampleEvents.EveryKind);
        foreach (string recorded in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "fixtures")))
        {
            WrittenJournal.ShouldFit(recorded);
        }
    }

    [Fact]
    public async Task Journal_OfKindsOfMachines_FitsItsSchema()
    {
        var journal = await Jobs.JournalAsync(Kinds, new SyntheticEvaluator(Kinds, item => Kinds.Evaluate(item) is LatencyResult timed
            ? timed with { Earlier = EarlierTiming.Predicted }
            : null));

        await WrittenJournal.ShouldFitAsync(journal.Events);
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

        var result = Sample.Result(
            outcome.Result.With(plan => plan.PlanDigest == outcome.Winner.Plan.Digest
                ? plan with { Artefact = plan.Artefact! with { Path = "winner.qdq.onnx" } }
                : plan),
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
                WorstChannel = new OutputChannel("y", 1, 0, -0.5),
            });

        outcome.WorstChannel.ShouldBe(
            outcome.Winner.Plan.IsBaseline ? null : new OutputChannel("y", 1, 0, 20), "as the gate found of the winner");

        SchemaValidator.Of("result.schema.json")
            .Errors((result with { Model = result.Model with { Widened = "float16" } }).Format()).ShouldBeEmpty();
        result.Winner.Artefact!.Path.ShouldBe("winner.qdq.onnx");
        result.Baselines.Fp32.Accuracy!.Drop.ShouldBe(0);
        result.Winner.Accuracy!.Top1.ShouldBe(result.Winner.Accuracy.Correct!.Value / (double)result.Winner.Accuracy.Total);
        result.Winner.Accuracy.Ci95![0]!.Value.ShouldBeLessThan(result.Winner.Accuracy.Top1!.Value);
        result.Test!.Total.ShouldBe(1000);
        result.Front.Select(plan => plan.Latency!.MedianMs).ShouldBe(result.Front.Select(plan => plan.Latency!.MedianMs).Order());
    }

    [Fact]
    public async Task Result_OfAnotherMetric_NamesItAndHasNoTop1()
    {
        var network = Networks.Easy with { Spec = Networks.Easy.Spec with { Data = new DataDigests("c", "e", "t") } };
        var outcome = await Jobs.RunAsync(network);
        var winner = outcome.Winner with { Accuracy = outcome.Winner.Accuracy! with { Metric = MetricKind.Top5 } };

        var result = Sample.Result(outcome.Result with
        {
            Winner = ResultPlans.Of(winner, network.Accuracy(outcome.Result.Baselines.Fp32.Plan, ImageScope.Full)),
            Test = ResultPlans.Test(new Cluster.Coordinator.Work.TestResult(880, 900, 1000, 30, 10), MetricKind.Top5),
        });

        (result.Winner.Accuracy!.Top1, result.Test!.Top1).ShouldBe((null, null));
        result.Winner.Accuracy.Top5.ShouldBe(result.Winner.Accuracy.Correct!.Value / (double)result.Winner.Accuracy.Total);
        result.Test.Top5.ShouldBe(result.Test.Correct!.Value / (double)result.Test.Total);
    }

    [Fact]
    public async Task Result_OfAGpuThatWasHeldDown_TellsClockAndReasons()
    {
        var outcome = await Jobs.RunAsync(Networks.Easy);
        var held = outcome.Winner.Latency! with { ClockHz = 1.98e9, Throttled = "hw_thermal,power_cap" };

        var result = Sample.Result(
            outcome.Result with { Winner = ResultPlans.Of(outcome.Winner with { Latency = held }, float32: null) });

        result.Winner.Latency!.ClockHz.ShouldBe(1.98e9);
        result.Winner.Latency.Throttled.ShouldBe(["hw_thermal", "power_cap"]);
        (result.Baselines.Fp32.Latency!.ClockHz, result.Baselines.Fp32.Latency.Throttled).ShouldBe((null, null));
    }

    [Fact]
    public void Result_OfAReconstruction_HasItsMethodsAndFailuresWithTheirBlocks()
    {
        var trial = JobOutcome.Of(JobState.Fold(SampleEvents.Rebuilt)!).Result.Reconstruction.ShouldNotBeNull();

        trial.Probe.ShouldNotBeNull();
        trial.Steps.Select(step => (step.Method, step.Kept, step.Blocks.Count))
            .ShouldBe([("brecq", false, 2), ("qdrop", true, 2), ("adaround", false, 0)]);
        var block = trial.Steps[1].Blocks[0];
        (block.Before, block.After, block.Kept, block.Phase).ShouldBe((0.5, 0.25, true, "weights"));
        trial.Steps[2].Reason.ShouldContain("8 GiB");
        trial.Steps.Select(step => step.Title).ShouldBe(["BRECQ", "QDrop", "AdaRound"]);
    }

    [Fact]
    public void Parse_OtherVersion_IsRefused() =>
        Should.Throw<JobException>(() => ResultDocument.Parse("""{"schema":"cluster.result/v2"}""", "result.json"))
            .Message.ShouldContain("is not a result");
}
