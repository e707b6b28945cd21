namespace Cluster.Coordinator.Tests.Model;

public sealed class JobOptionsTests
{
    [Theory]
    [InlineData(null, false, FineTuneMode.Never, null)]
    [InlineData(null, true, FineTuneMode.Auto, 10)]
    [InlineData(FineTuneMode.Auto, false, FineTuneMode.Never, null)]
    [InlineData(FineTuneMode.Auto, true, FineTuneMode.Auto, 10)]
    [InlineData(FineTuneMode.Always, true, FineTuneMode.Always, 10)]
    [InlineData(FineTuneMode.Always, false, FineTuneMode.Always, 10)]
    [InlineData(FineTuneMode.Never, true, FineTuneMode.Never, null)]
    public void Decided_FineTune_FollowsItsImages(FineTuneMode? asked, bool hasImages, FineTuneMode expected, int? epochs)
    {
        var decided = new JobOptions { FineTune = asked }.Decided(hasImages);

        (decided.FineTune, decided.Epochs).ShouldBe((expected, epochs));
        (decided with { Epochs = 3 }).Decided(hasImages).Epochs.ShouldBe(epochs is null ? null : 3);
    }

    [Theory]
    [InlineData(null, ReconstructionMode.Auto, 500)]
    [InlineData(ReconstructionMode.Always, ReconstructionMode.Always, 500)]
    [InlineData(ReconstructionMode.Never, ReconstructionMode.Never, null)]
    public void Decided_Reconstruct_IsAutomaticByDefault(ReconstructionMode? asked, ReconstructionMode expected, int? iterations)
    {
        var decided = new JobOptions { Reconstruct = asked }.Decided(hasTrainingImages: false);

        (decided.Reconstruct, decided.Iterations).ShouldBe((expected, iterations));
        decided.Decided(hasTrainingImages: false).ShouldBe(decided, "deciding twice changes nothing");
    }

    [Fact]
    public void Decided_Calibrators_AreWrittenIntoNewJobsAlone()
    {
        var decided = new JobOptions().Decided(hasTrainingImages: false);

        decided.Calibrators.ShouldBe(CalibratorScope.Group);
        var chosen = new JobOptions { Calibrators = CalibratorScope.Network }.Decided(hasTrainingImages: false);
        chosen.Calibrators.ShouldBe(CalibratorScope.Network);
    }

    [Fact]
    public async Task Journal_EveryOption_IsAMemberOfTheSpecAndFitsTheSchema()
    {
        var schema = SchemaValidator.Of("journal.schema.json");
        using var folder = new WorkFolder();
        string path = folder["journal.jsonl"];
        var specs = OtherOptions.Properties.Select(
            property => Networks.Easy.Spec with { Options = OtherOptions.In(property).Decided(hasTrainingImages: true) })
            .ToArray();
        await using (var journal = FileJournal.Open(path))
        {
            await journal.AppendAsync(
                [.. specs.Select(spec => new JobSubmitted(spec.JobId, spec, Networks.Easy.Space))], TestContext.Current.CancellationToken);
        }

        string[] lines = await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken);
        foreach (var (property, line) in OtherOptions.Properties.Zip(lines))
        {
            using var json = JsonDocument.Parse(line);
            json.RootElement
                .GetProperty("event")
                .GetProperty("spec")
                .GetProperty("options")
                .TryGetProperty(JsonNamingPolicy.CamelCase.ConvertName(property.Name), out _)
                .ShouldBeTrue(line);
            schema.Errors(line).ShouldBeEmpty(line);
        }

        FileJournal.ReadOnly(path).Select(record => ((JobSubmitted)record.Event).Spec.JobId).ShouldBe(specs.Select(spec => spec.JobId));
        specs.Where(spec => spec.Options is { MaxMinutes: null, Expect: null })
            .Select(spec => spec.JobId)
            .ShouldBeUnique("each option but how long the job may take and what is only checked is a part of its identity");
    }

    [Fact]
    public void Differences_EveryOption_IsNamed()
    {
        var usual = Networks.Easy.Spec with { Options = new JobOptions().Decided(hasTrainingImages: true) };
        foreach (var property in OtherOptions.Properties.Where(
            property => property.Name is not (nameof(JobOptions.MaxMinutes) or nameof(JobOptions.Expect))))
        {
            var other = usual with { Options = OtherOptions.In(property).Decided(hasTrainingImages: true) };
            JobSpecDifferences.Of(usual, other).ShouldHaveSingleItem(property.Name).ShouldContain(OtherOptions.Text(property));
        }
    }

    [Fact]
    public void Validate_SeveralFaults_AreOneSentenceEach()
    {
        var wrong = new JobOptions
        {
            Methods = ["max", "max"],
            MaxDrop = double.NaN,
            Goal = (SearchGoal)4,
            LatencyBudgetMs = 0,
            SizeBudgetBytes = -5,
            BopsBudget = 0,
            KeepFiles = (KeptFiles)3,
            AlsoExport = ["paddle", "abacus"],
            Confidence = 0.5,
            BudgetEvaluations = 0,
            MaxMinutes = -1,
            Batch = 0,
            Threads = -1,
            Seed = 1L << 53,
            FineTune = (FineTuneMode)7,
            Epochs = 0,
            Reconstruct = (ReconstructionMode)8,
            Iterations = 100_001,
            Calibrators = (CalibratorScope)5,
            KeepFloat32 = ["a", " "],
            Only = [],
            Equalize = (ChannelScaling)2,
            Repair = (RepairMethod)3,
        };

        wrong.Validate().Select(fault => fault.Sentence()).ShouldBe(
        [
            "--max-drop must be a finite number, not NaN: 0.5% is usual of accuracies.",
            "--goal must be fastest, front, or accurate with a budget, not 4: choose one of them.",
            "--latency-budget must be a time above 0, not 0: write 2ms or 800us.",
            "--size-budget must be a size above 0, not -5: write 5MB or 600kB.",
            "--bops-budget must be a number above 0, not 0: write 2.5G or 800M.",
            "--keep-files must be winner or front, not 3: choose one of them.",
            "--also-export must be tensorrt, tensorrt-strongly-typed or paddle, each at most once, not \"paddle,abacus\": correct the "
            + "list.",
            "--confidence must be a number above 0.5 and below 1, not 0.5: 0.95 is usual.",
            "--budget-evals must be at least 1, not 0: leave it out for no limit.",
            "--max-minutes must be a number from 0, not -1: leave it out for no limit.",
            "--equalize must be on or off, not 2: choose one of them.",
            "--repair must be never, adaround or weight-correction, not 3: choose one of them.",
            "--batch must be 1 to 4096, not 0.",
            "--threads must be 1 to 1024, not -1.",
            "--seed must be 0 to 2^53 - 1, not 9007199254740992: choose another, as JSON readers keep no larger number.",
            "--methods must be at least one calibrator, each once, not \"max,max\": correct the list.",
            "--calibrators must be group or network, not 5: choose one of them.",
            "--keep-fp32 must be at least one name or pattern, none of them empty, not \"a, \": correct the list.",
            "--only must be at least one name or pattern, none of them empty, not \"\": correct the list.",
            "--fine-tune must be auto, always or never, not 7: choose one of them.",
            "--epochs must be at least 1, not 0.",
            "--reconstruct must be auto, always or never, not 8: choose one of them.",
            "--iterations must be 1 to 100000, not 100001.",
        ],
        ignoreOrder: true);
        wrong.Validate().First(fault => fault.Option == nameof(JobOptions.MaxDrop)).Sentence("The field spec.max_drop")
            .ShouldStartWith("The field spec.max_drop must be a finite number, not NaN");
    }
}
