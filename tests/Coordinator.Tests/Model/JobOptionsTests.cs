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
            AlsoExport = (ExtraExport)2,
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
            AnnealSchedule = (TemperatureSchedule)3,
            Equalize = (ChannelScaling)2,
            Repair = (RepairMethod)2,
        };

        wrong.Validate().Select(fault => fault.Sentence()).ShouldBe(
        [
            "--max-drop is NaN where a finite number is expected: 0.5% is usual of accuracies.",
            "--goal is 4 where fastest, front, or accurate with a budget, is expected: choose one of them.",
            "--latency-budget is 0 where a time above 0 is expected: write 2ms or 800us.",
            "--size-budget is -5 where a size above 0 is expected: write 5MB or 600kB.",
            "--bops-budget is 0 where a number above 0 is expected: write 2.5G or 800M.",
            "--keep-files is 3 where winner or front is expected: choose one of them.",
            "--also-export is 2 where tensorrt or paddle is expected: choose one of them.",
            "--confidence is 0.5 where a number above 0.5 and below 1 is expected: 0.95 is usual.",
            "--budget-evals is 0 where at least 1 is expected: leave it out for no limit.",
            "--max-minutes is -1 where a number from 0 is expected: leave it out for no limit.",
            "--anneal-schedule is 3 where exponential, cosine or step is expected: choose one of them.",
            "--equalize is 2 where on or off is expected: choose one of them.",
            "--repair is 2 where never or adaround is expected: choose one of them.",
            "--batch is 0 where 1 to 4096 is expected: correct it.",
            "--threads is -1 where 1 to 1024 is expected: correct it.",
            "--seed is 9007199254740992 where 0 to 2^53 - 1 is expected: choose another, as JSON readers keep no larger number.",
            "--methods is \"max,max\" where at least one calibrator, each once, is expected: correct the list.",
            "--calibrators is 5 where group or network is expected: choose one of them.",
            "--keep-fp32 is \"a, \" where at least one name or pattern, none of them empty, is expected: correct the list.",
            "--only is \"\" where at least one name or pattern, none of them empty, is expected: correct the list.",
            "--fine-tune is 7 where auto, always or never is expected: choose one of them.",
            "--epochs is 0 where at least 1 is expected: correct it.",
            "--reconstruct is 8 where auto, always or never is expected: choose one of them.",
            "--iterations is 100001 where 1 to 100000 is expected: correct it.",
        ],
        ignoreOrder: true);
        wrong.Validate().First(fault => fault.Option == nameof(JobOptions.MaxDrop)).Sentence("The field spec.max_drop")
            .ShouldStartWith("The field spec.max_drop is NaN where");
    }
}
