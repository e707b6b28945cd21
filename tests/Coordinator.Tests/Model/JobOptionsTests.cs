using System.Reflection;

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
        var specs = Written.Select(
            property => Networks.Easy.Spec with { Options = OtherOptions.In(property).Decided(hasTrainingImages: true) })
            .ToArray();
        await using (var journal = FileJournal.Open(path))
        {
            await journal.AppendAsync(
                [.. specs.Select(spec => new JobSubmitted(spec.JobId, spec, Networks.Easy.Space))], TestContext.Current.CancellationToken);
        }

        string[] lines = await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken);
        foreach (var (property, line) in Written.Zip(lines))
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
        specs.Where(spec => spec.Options is { MaxMinutes: null, Expect: null, Doubts: null })
            .Select(spec => spec.JobId)
            .ShouldBeUnique("each option but how long the job may take and what is only checked is a part of its identity");
    }

    [Fact]
    public void Differences_EveryOption_IsNamed()
    {
        var usual = Networks.Easy.Spec with { Options = new JobOptions().Decided(hasTrainingImages: true) };
        foreach (var property in Written.Where(
            property => property.Name is not (nameof(JobOptions.MaxMinutes) or nameof(JobOptions.Expect) or nameof(JobOptions.Doubts))))
        {
            var other = usual with { Options = OtherOptions.In(property).Decided(hasTrainingImages: true) };
            JobSpecDifferences.Of(usual, other).ShouldHaveSingleItem(property.Name).ShouldContain(OtherOptions.Text(property));
        }
    }

    // The others are decided: a journal has the epochs and the rate that follow from them.
    private static IEnumerable<PropertyInfo> Written => OtherOptions.Properties.Where(property => property.Name is not (
        nameof(JobOptions.OriginalEpochs) or nameof(JobOptions.EpochShare) or nameof(JobOptions.OriginalRate)
        or nameof(JobOptions.RateShare)));

    // A tenth of the epochs and 1 % of the rate, unless other shares are given; at least one epoch.
    [Theory]
    [InlineData(null, null, 10)]
    [InlineData(90, null, 9)]
    [InlineData(70, null, 7)] // 70 * 0.1 is 7.000000000000001
    [InlineData(3, null, 1)]
    [InlineData(90, 0.5, 45)]
    public void WithTraining_SharesOfTheOriginal_AreEpochsAndRate(int? original, double? share, int epochs)
    {
        var options = new JobOptions { OriginalEpochs = original, EpochShare = share, OriginalRate = 0.1 }.WithTraining();

        (options.Epochs, options.OriginalEpochs, options.EpochShare).ShouldBe((epochs, null, null));
        (options.LearningRate, options.OriginalRate).ShouldBe((0.001, null));
        new JobOptions { OriginalRate = 0.1, RateShare = 0.05 }.WithTraining().LearningRate!.Value.ShouldBe(0.005, 1e-15);
        new JobOptions().WithTraining().LearningRate.ShouldBeNull("the optimizer has its own");
    }

    [Fact]
    public void Decided_NothingToTrain_LeavesNoOptionOfTraining()
    {
        var options = new JobOptions { OriginalEpochs = 90, OriginalRate = 0.1, Optimizer = OptimizerKind.Sgd, FreezeRanges = 0.5 };

        JobLimits.Training.ShouldAllBe(limit => limit.In(options.Decided(false)) == null);
        options.Decided(true).Optimizer.ShouldBe(OptimizerKind.Sgd);
        options.Decided(true).TrainingFault().ShouldBeNull();
    }

    [Fact]
    public void TrainingFault_TwoWordsForOneThing_IsASentence()
    {
        new JobOptions { Epochs = 4, OriginalEpochs = 90 }.TrainingFault()
            .ShouldBe("--epochs is 4 and --original-epochs is 90, which both say the same: leave one of them out.");
        new JobOptions { LearningRate = 0.01, OriginalRate = 0.1 }.TrainingFault()!.ShouldStartWith("--learning-rate is 0.01 and --orig");
        new JobOptions { RateShare = 0.05 }.TrainingFault().ShouldBe(
            "--rate-share is 0.05 of nothing: give --original-rate, the first learning rate of the training that made the network.");
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
            OriginalEpochs = 0,
            EpochShare = 1.5,
            LearningRate = double.NaN,
            OriginalRate = 0,
            RateShare = 0,
            Schedule = (ScheduleKind)4,
            Optimizer = (OptimizerKind)2,
            FreezeRanges = -0.1,
            Reconstruct = (ReconstructionMode)8,
            Iterations = 100_001,
            Calibrators = (CalibratorScope)5,
            KeepFloat32 = ["a", " "],
            Only = [],
            Equalize = (ChannelScaling)2,
            Repair = (RepairMethod)6,
        };

        wrong.Validate().Select(fault => fault.Sentence()).ShouldBe(
        [
            "--max-drop must be a finite number, not NaN: 0.5% is usual of accuracies.",
            "--goal must be fastest, front, or accurate with a budget, not 4: choose one of them.",
            "--latency-budget must be a time above 0, not 0: write 2ms or 800us.",
            "--size-budget must be a size above 0 and below 9 PB, not -5: write 5MB or 600kB.",
            "--bops-budget must be a number above 0 and below 9000T, not 0: write 2.5G or 800M.",
            "--keep-files must be winner or front, not 3: choose one of them.",
            "--also-export must be tensorrt, tensorrt-strongly-typed or paddle, each at most once, not \"paddle,abacus\": correct the "
            + "list.",
            "--confidence must be a number above 0.5 and below 1, not 0.5: 0.95 is usual.",
            "--budget-evals must be at least 1, not 0: leave it out for no limit.",
            "--max-minutes must be a number from 0, not -1: leave it out for no limit.",
            "--equalize must be on or off, not 2: choose one of them.",
            "--repair must be never, adaround, brecq, qdrop, auto or weight-correction, not 6: choose one of them.",
            "--batch must be 1 to 4096, not 0.",
            "--threads must be 1 to 1024, not -1.",
            "--seed must be 0 to 2^53 - 1, not 9007199254740992: choose another, as JSON readers keep no larger number.",
            "--methods must be at least one calibrator, each once, not \"max,max\": correct the list.",
            "--calibrators must be group or network, not 5: choose one of them.",
            "--keep-fp32 must be at least one name or pattern, none of them empty, not \"a, \": correct the list.",
            "--only must be at least one name or pattern, none of them empty, not \"\": correct the list.",
            "--fine-tune must be auto, always or never, not 7: choose one of them.",
            "--epochs must be at least 1, not 0.",
            "--original-epochs must be at least 1, not 0: leave it out where it is unknown.",
            "--epoch-share must be above 0 and at most 100%, not 1.5: 10% is usual.",
            "--learning-rate must be a number above 0, not NaN: 0.001 is usual of SGD, 0.0002 of Adam.",
            "--original-rate must be a number above 0, not 0: leave it out where it is unknown.",
            "--rate-share must be above 0 and at most 100%, not 0: 1% is usual.",
            "--schedule must be constant, exponential, cosine or step, not 4: choose one of them.",
            "--optimizer must be sgd or adam, not 2: choose one of them.",
            "--freeze-ranges must be from 0 to 100%, not -0.1: write 50% or 0.5.",
            "--reconstruct must be auto, always or never, not 8: choose one of them.",
            "--iterations must be 1 to 100000, not 100001.",
        ],
        ignoreOrder: true);
        wrong.Validate().First(fault => fault.Option == nameof(JobOptions.MaxDrop)).Sentence("The field spec.max_drop")
            .ShouldStartWith("The field spec.max_drop must be a finite number, not NaN");
    }
}
